//! Messages as rows of container files, for `export` and `import`.
//!
//! A row contains all bytes of its message. A message that an event row cannot represent is kept as it is,
//! with headers and payload.

use std::sync::LazyLock;

use signalbook::{
    Extensions, Metadata,
    backend::{Delivery, Headers, Message},
    envelope::{self, Strictness},
};
use signalbook_data::{DecodeError, Value, decode_first, encode};
use signalbook_model::{Definition, Field, Name, Schema};

/// The schema of an event row without its last field, `data`, which has the schema of the event.
static EVENT: LazyLock<Schema> = LazyLock::new(|| {
    ours(
        r#"{"type": "record", "name": "signalbook.export.Event", "fields": [
        {"name": "metadata", "type": {"type": "record", "name": "Metadata", "fields": [
            {"name": "event_type", "type": "string"},
            {"name": "id", "type": "string"},
            {"name": "minorversion", "type": "long"},
            {"name": "source", "type": "string"},
            {"name": "sourcehost", "type": "string"},
            {"name": "time", "type": "string"},
            {"name": "sourcelib", "type": {"type": "array", "items": "long"}}]}},
        {"name": "key", "type": ["null", "bytes"]},
        {"name": "headers", "type": {"type": "array", "items":
            {"type": "record", "name": "Header", "fields": [
            {"name": "name", "type": "string"},
            {"name": "value", "type": "bytes"}]}}}]}"#,
    )
});

/// The schema of a message that is kept as it is.
static MESSAGE: LazyLock<Schema> = LazyLock::new(|| {
    ours(
        r#"{"type": "record", "name": "signalbook.export.Message", "fields": [
        {"name": "error", "type": "string"},
        {"name": "key", "type": ["null", "bytes"]},
        {"name": "headers", "type": {"type": "array", "items":
            {"type": "record", "name": "Header", "fields": [
            {"name": "name", "type": "string"},
            {"name": "value", "type": "bytes"}]}}},
        {"name": "payload", "type": ["null", "bytes"]}]}"#,
    )
});

const EVENT_NAME: &str = "signalbook.export.Event";
const DATA: &str = "data";

fn ours(text: &str) -> Schema {
    Schema::parse(text).expect("a schema that a test reads")
}

/// The message of an event, without its payload.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) metadata: Metadata,
    key: Option<Vec<u8>>,
    /// The headers that are not metadata.
    headers: Headers,
}

impl EventRow {
    /// Makes the row of a message, or returns the reason why it has none.
    pub(crate) fn of(delivery: &Delivery) -> Result<Self, String> {
        let message = &delivery.message;
        let Some(payload) = &message.payload else { return Err("it has no payload".to_owned()) };
        // Extension attributes stay headers, so that a row keeps their order.
        let opened = envelope::open(delivery, Strictness::Lenient).map_err(|error| error.to_string())?;
        let mut metadata = opened.metadata;
        metadata.extensions = Extensions::default();
        let sealed = envelope::seal(&metadata, None, Vec::new()).headers;
        let others = message.headers.iter().filter(|(name, _)| sealed.get(name).is_none());
        let row = Self { metadata, key: message.key.clone(), headers: others.collect() };
        if row.message(payload.clone()) == **message {
            Ok(row)
        } else {
            Err("its headers do not match its metadata".to_owned())
        }
    }

    /// The message with this payload, which is the `data` of the row.
    pub(crate) fn message(&self, payload: Vec<u8>) -> Message {
        let mut message = envelope::seal(&self.metadata, self.key.clone(), payload);
        message.headers.extend(&self.headers);
        message
    }

    /// Checks that rows can have `data` of this schema.
    pub(crate) fn can_hold(data: &Schema) -> Result<(), String> {
        match EVENT.definitions.keys().find(|name| data.definitions.contains_key(*name)) {
            Some(name) => Err(format!("its schema defines `{name}`, a name that is reserved for exports")),
            None => Ok(()),
        }
    }

    /// The schema of rows with `data` of this schema, if they [can hold](Self::can_hold) it.
    pub(crate) fn schema(data: &Schema) -> Schema {
        let mut schema = EVENT.clone();
        if let Some(Definition::Record(record)) = schema.definitions.get_mut(&Name::from(EVENT_NAME)) {
            record.fields.push(Field::new(DATA, data.root.clone()));
        }
        schema.definitions.extend(data.definitions.clone());
        schema
    }

    /// The schema of `data` in a schema of rows. Returns `None` if the rows were not written by `export`.
    pub(crate) fn data_schema(schema: &Schema) -> Option<Schema> {
        let Some(Definition::Record(record)) = schema.definitions.get(&Name::from(EVENT_NAME)) else {
            return None;
        };
        let mut data =
            Schema { root: record.fields.last()?.ty.clone(), definitions: schema.definitions.clone() };
        data.definitions.retain(|name, _| !EVENT.definitions.contains_key(name));
        (*schema == Self::schema(&data)).then_some(data)
    }

    /// Encodes the row; the payload is at the end.
    pub(crate) fn to_bytes(&self, payload: &[u8]) -> Vec<u8> {
        let Metadata { event_type, id, minorversion, source, sourcehost, time, sourcelib, .. } =
            &self.metadata;
        let text = |text: &str| Value::String(text.to_owned());
        let parts = sourcelib.parts().iter().map(|part| Value::Long(i64::from(*part)));
        let metadata = Value::Record(vec![
            text(event_type),
            text(id),
            Value::Long(i64::from(*minorversion)),
            text(source),
            text(sourcehost),
            text(time.as_str()),
            Value::Array(parts.collect()),
        ]);
        let row =
            Value::Record(vec![metadata, bytes_value(self.key.as_deref()), headers_value(&self.headers)]);
        let mut bytes = encode(&EVENT, &row).expect("the fields of the schema above");
        bytes.extend_from_slice(payload);
        bytes
    }

    /// Decodes a row, and returns it with its payload.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let (row, used) = decode_first(&EVENT, bytes).map_err(|error: DecodeError| error.to_string())?;
        let row = Self::from_value(row).ok_or("its `metadata` is not valid: a time must have an offset")?;
        Ok((row, &bytes[used..]))
    }

    fn from_value(row: Value) -> Option<Self> {
        let [metadata, key, headers] = fields(row)?;
        let [event_type, id, minorversion, source, sourcehost, time, sourcelib] = fields(metadata)?;
        let Value::Array(parts) = sourcelib else { return None };
        let mut metadata = Metadata::new(text(event_type)?, text(id)?, text(time)?.parse().ok()?);
        metadata.minorversion = number(&minorversion)?;
        metadata.source = text(source)?.into();
        metadata.sourcehost = text(sourcehost)?.into();
        metadata.sourcelib = parts.iter().map(number).collect::<Option<Vec<_>>>()?.into();
        let Message { key, headers, .. } = message_of(key, headers, bytes_value(None))?;
        Some(Self { metadata, key, headers })
    }
}

/// Rows of messages that are kept as they are.
pub(crate) mod message_row {
    use super::{MESSAGE, Message, Schema, Value, bytes_value, encode, fields, headers_value, message_of};

    pub(crate) fn schema() -> Schema {
        MESSAGE.clone()
    }

    /// Encodes the row of a message, with the reason why it is kept.
    pub(crate) fn to_bytes(message: &Message, error: &str) -> Vec<u8> {
        let row = Value::Record(vec![
            Value::String(error.to_owned()),
            bytes_value(message.key.as_deref()),
            headers_value(&message.headers),
            bytes_value(message.payload.as_deref()),
        ]);
        encode(&MESSAGE, &row).expect("the fields of the schema above")
    }

    /// The message of a row.
    pub(crate) fn message(row: Value) -> Option<Message> {
        let [_error, key, headers, payload] = fields(row)?;
        message_of(key, headers, payload)
    }
}

fn bytes_value(bytes: Option<&[u8]>) -> Value {
    match bytes {
        None => Value::Union(0, Box::new(Value::Null)),
        Some(bytes) => Value::Union(1, Box::new(Value::Bytes(bytes.to_vec()))),
    }
}

fn headers_value(headers: &Headers) -> Value {
    let header = |(name, value): (&str, &[u8])| {
        Value::Record(vec![Value::String(name.to_owned()), Value::Bytes(value.to_vec())])
    };
    Value::Array(headers.iter().map(header).collect())
}

fn fields<const N: usize>(record: Value) -> Option<[Value; N]> {
    if let Value::Record(values) = record { values.try_into().ok() } else { None }
}

fn text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
}

fn number(value: &Value) -> Option<u32> {
    if let Value::Long(number) = value { u32::try_from(*number).ok() } else { None }
}

/// Makes a message from the fields of a row.
fn message_of(key: Value, headers: Value, payload: Value) -> Option<Message> {
    let mut message = Message { key: None, headers: headers_of(headers)?, payload: None };
    for (value, part) in [(key, &mut message.key), (payload, &mut message.payload)] {
        let Value::Union(branch, value) = value else { return None };
        *part = if branch == 0 { None } else { Some(bytes(*value)?) };
    }
    Some(message)
}

fn headers_of(value: Value) -> Option<Headers> {
    let Value::Array(headers) = value else { return None };
    let header = |header| {
        let [name, value] = fields(header)?;
        Some((text(name)?, bytes(value)?))
    };
    headers.into_iter().map(header).collect()
}
