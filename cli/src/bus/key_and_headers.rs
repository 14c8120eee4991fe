//! Keys and headers as JSON: text, or `{"hex": "00ff"}`.

use signalbook::{
    backend::{Headers, Message},
    envelope,
};
use signalbook_data::{decode, encode, plain};
use signalbook_model::{Json, Schema};

use crate::input::hex::{from_hex, to_hex};

const HEX: &str = "hex";

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> Json {
    Json::Object(vec![(HEX.to_owned(), Json::String(to_hex(bytes)))])
}

/// The bytes of the value of a header.
fn from_json(json: &Json) -> Result<Vec<u8>, String> {
    match json {
        Json::String(text) => Ok(text.clone().into_bytes()),
        json => from_hex_object(json).unwrap_or_else(|| {
            Err(format!("expected a string or {{\"hex\": \"00ff\"}}, found {}", json.kind()))
        }),
    }
}

fn from_hex_object(json: &Json) -> Option<Result<Vec<u8>, String>> {
    let Json::Object(members) = json else { return None };
    match &members[..] {
        [(name, Json::String(digits))] if name == HEX => Some(from_hex(digits)),
        _ => None,
    }
}

/// A key as the value of its schema. A key without a schema, or one that its schema cannot read, is
/// hexadecimal.
pub(crate) fn key_to_json(key: &[u8], schema: Option<&Schema>) -> Json {
    let value = schema.and_then(|schema| plain::write(schema, &decode(schema, key).ok()?).ok());
    value.unwrap_or_else(|| hex(key))
}

/// The bytes of [`key_to_json`]. Returns `None` for null.
pub(crate) fn key_from_json(json: &Json, schema: Option<&Schema>) -> Result<Option<Vec<u8>>, String> {
    if *json == Json::Null {
        return Ok(None);
    }
    if let Some(bytes) = from_hex_object(json) {
        return bytes.map(Some);
    }
    let schema = schema.ok_or("the event has no key path, so its key is {\"hex\": \"00ff\"} or null")?;
    let value = plain::read(schema, json).map_err(|errors| {
        errors.iter().map(|error| error.problem.to_string()).collect::<Vec<_>>().join("; ")
    })?;
    encode(schema, &value).map(Some).map_err(|error| error.to_string())
}

/// The headers of [`Headers::to_json`], which must not be those of the metadata.
pub(crate) fn headers_from_json(json: &Json) -> Result<Headers, String> {
    let headers = all_headers_from_json(json)?;
    match headers.iter().find(|(name, _)| envelope::is_reserved(name)) {
        Some((name, _)) => Err(format!("`{name}` is a header of the metadata")),
        None => Ok(headers),
    }
}

/// The headers of [`Headers::to_json`].
fn all_headers_from_json(json: &Json) -> Result<Headers, String> {
    let Json::Object(members) = json else {
        return Err(format!("expected an object, found {}", json.kind()));
    };
    let mut headers = Headers::new();
    for (name, value) in members {
        let values = if let Json::Array(values) = value { &values[..] } else { std::slice::from_ref(value) };
        for value in values {
            headers.push(name, from_json(value).map_err(|problem| format!("`{name}`: {problem}"))?);
        }
    }
    Ok(headers)
}

/// The message of [`Message::to_json`]. Members that say where the message was and what is wrong with it are
/// ignored. An error names the member.
pub(crate) fn message_from_json(json: &Json) -> Result<Message, (String, String)> {
    let Json::Object(members) = json else {
        return Err((String::new(), format!("expected an object, found {}", json.kind())));
    };
    let mut message = Message { payload: None, ..Message::default() };
    for (name, value) in members {
        let refuse = |problem| (format!(".{name}"), problem);
        match name.as_str() {
            "headers" => message.headers = all_headers_from_json(value).map_err(refuse)?,
            "key" => message.key = digits(value).map_err(refuse)?,
            "payload" => message.payload = digits(value).map_err(refuse)?,
            "position" | "error" => {}
            _ => {
                let known = "`headers`, `key`, `payload`, `position` and `error`";
                return Err(refuse(format!("unknown member; a message has {known}")));
            }
        }
    }
    Ok(message)
}

/// Bytes as hexadecimal digits, or `None` for null.
fn digits(json: &Json) -> Result<Option<Vec<u8>>, String> {
    match json {
        Json::Null => Ok(None),
        Json::String(digits) => from_hex(digits).map(Some),
        json => Err(format!("expected hexadecimal digits or null, found {}", json.kind())),
    }
}
