use signalbook::backend::Message;
use signalbook::{DEFAULT_MAX_BYTES, PublishError, Publisher, envelope};
use signalbook_data::{Value, encode, plain};
use signalbook_model::{Json, Name, Schema};

use crate::{
    bus::{
        json_line::{EventLine, Given, Line, Refusal},
        key_and_headers::{headers_from_json, key_from_json},
    },
    registry::Loaded,
};

/// Makes messages from lines.
pub(crate) struct Sealer<'a> {
    pub(crate) registry: &'a Loaded,
    pub(crate) event: Option<&'a Name>,
    publisher: Publisher,
}

impl<'a> Sealer<'a> {
    /// Makes a sealer. `event` is the event of lines that do not name one; `publisher` generates missing
    /// metadata.
    pub(crate) fn new(registry: &'a Loaded, event: Option<&'a Name>, publisher: Publisher) -> Self {
        Self { registry, event, publisher }
    }

    /// Makes the message of a line, or returns all its errors.
    pub(crate) fn seal(&self, line: &[u8]) -> Result<Message, Vec<Refusal>> {
        let text = std::str::from_utf8(line).map_err(|_| vec![Refusal::new("$", "not UTF-8")])?;
        match Line::parse(text, self.event.is_some()).map_err(|refusal| vec![refusal])? {
            Line::Event(line) => self.seal_event(*line),
            Line::Message(message) => Ok(message),
        }
    }

    fn seal_event(&self, line: EventLine) -> Result<Message, Vec<Refusal>> {
        let EventLine { metadata, data, key, headers } = line;
        let event_type = match (&metadata.event_type, self.event) {
            (Some(given), Some(event)) if given != event.as_str() => {
                return Err(vec![Refusal::new(EVENT_TYPE, format!("differs from --event, `{event}`"))]);
            }
            (Some(given), _) => given.as_str(),
            (None, Some(event)) => event.as_str(),
            (None, None) => {
                return Err(vec![Refusal::new(EVENT_TYPE, "missing; name the event here or with --event")]);
            }
        };
        let event = self.registry.event(event_type).map_err(|what| vec![Refusal::new(EVENT_TYPE, what)])?;
        let minor = metadata.minorversion.unwrap_or(event.minor);
        let schema = self
            .registry
            .schema(event_type, minor)
            .map_err(|what| vec![Refusal::new("$.metadata.minorversion", what)])?;
        let event_type = event_type.to_owned();
        let mut message = if data == Json::Null {
            self.tombstone(metadata, &event_type, minor, key.as_ref()).map_err(|refusal| vec![refusal])?
        } else {
            let value = plain::read(&schema, &data)
                .map_err(|errors| errors.iter().map(Refusal::of_data).collect::<Vec<_>>())?;
            self.message(metadata, &event_type, minor, &schema, &value).map_err(|refusal| vec![refusal])?
        };
        if let Some(given) = key {
            let key_schema = event.key.as_deref().and_then(|path| schema.key(path));
            message.key = key_from_json(&given, key_schema.as_ref())
                .map_err(|problem| vec![Refusal::new("$.key", problem)])?;
        }
        if let Some(given) = headers {
            let headers = headers_from_json(&given);
            message.headers.extend(&headers.map_err(|problem| vec![Refusal::new("$.headers", problem)])?);
        }
        check_size("$", &event_type, &message).map_err(|refusal| vec![refusal])?;
        Ok(message)
    }

    /// Makes a tombstone, a message without data. Its line must have a key: it deletes the messages of this
    /// key.
    fn tombstone(
        &self,
        metadata: Given,
        event_type: &str,
        minor: u32,
        key: Option<&Json>,
    ) -> Result<Message, Refusal> {
        if key.is_none_or(|key| *key == Json::Null) {
            let what = "null is a tombstone, which needs a `key`; an event has an object";
            return Err(Refusal::new("$.data", what));
        }
        let made = self.publisher.metadata_of(event_type, minor);
        Ok(Message { payload: None, ..envelope::seal(&metadata.or(made), None, Vec::new()) })
    }

    /// Makes the message of an event from a value of the schema of its version `minor`.
    pub(crate) fn message(
        &self,
        metadata: Given,
        event_type: &str,
        minor: u32,
        schema: &Schema,
        value: &Value,
    ) -> Result<Message, Refusal> {
        let event = self.registry.event(event_type).map_err(|what| Refusal::new(EVENT_TYPE, what))?;
        let datum = encode(schema, value).map_err(|error| Refusal::new("$.data", error.to_string()))?;
        let key = event.key.as_deref().and_then(|path| key(schema, value, path));
        let made = self.publisher.metadata_of(event_type, minor);
        let message = envelope::seal(&metadata.or(made), key, datum);
        check_size("$.data", event_type, &message)?;
        Ok(message)
    }
}

const EVENT_TYPE: &str = "$.metadata.event_type";

fn check_size(path: &str, event_type: &str, message: &Message) -> Result<(), Refusal> {
    let (size, limit) = (message.size(), DEFAULT_MAX_BYTES);
    if size <= limit {
        return Ok(());
    }
    let error = PublishError::TooLarge { event_type: event_type.into(), size, limit };
    Err(Refusal::new(path, error.to_string()))
}

/// Encodes the value at `path`. Returns `None` if an optional part of the path is null.
fn key(schema: &Schema, root: &Value, path: &str) -> Option<Vec<u8>> {
    let mut value = present(root)?;
    for index in schema.key_path(path).indices {
        let Value::Record(values) = value else { return None };
        value = present(values.get(index)?)?;
    }
    encode(&schema.key(path)?, value).ok()
}

/// The value of a union. Returns `None` if it is null.
fn present(value: &Value) -> Option<&Value> {
    match value {
        Value::Null => None,
        Value::Union(_, value) => present(value),
        value => Some(value),
    }
}
