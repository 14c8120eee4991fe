//! Keys and headers as JSON: text, or `{"hex": "00ff"}`.

use signalbook::{backend::Headers, envelope};
use signalbook_data::{decode, encode, plain};
use signalbook_model::{Json, Schema};

use crate::input::hex::{from_hex, to_hex};

const HEX: &str = "hex";

/// Bytes as text if they are UTF-8, otherwise as hexadecimal digits.
pub(crate) fn to_json(bytes: &[u8]) -> Json {
    std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), |text| Json::String(text.to_owned()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> Json {
    Json::Object(vec![(HEX.to_owned(), Json::String(to_hex(bytes)))])
}

/// The bytes of [`to_json`].
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
    let value = plain::read_logical(schema, json).map_err(|errors| {
        errors.iter().map(|error| error.problem.to_string()).collect::<Vec<_>>().join("; ")
    })?;
    encode(schema, &value).map(Some).map_err(|error| error.to_string())
}

/// Headers as an object. The values of a repeated header are an array.
pub(crate) fn headers_to_json<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    for (name, value) in headers {
        let value = to_json(value);
        match members.iter_mut().find(|(known, _)| known == name) {
            None => members.push((name.to_owned(), value)),
            Some((_, Json::Array(values))) => values.push(value),
            Some((_, first)) => *first = Json::Array(vec![std::mem::replace(first, Json::Null), value]),
        }
    }
    Json::Object(members)
}

/// The headers of [`headers_to_json`], which must not be those of the metadata.
pub(crate) fn headers_from_json(json: &Json) -> Result<Headers, String> {
    let Json::Object(members) = json else {
        return Err(format!("expected an object, found {}", json.kind()));
    };
    let mut headers = Headers::new();
    for (name, value) in members {
        if envelope::is_reserved(name) {
            return Err(format!("`{name}` is a header of the metadata"));
        }
        let values = if let Json::Array(values) = value { &values[..] } else { std::slice::from_ref(value) };
        for value in values {
            headers.push(name, from_json(value).map_err(|problem| format!("`{name}`: {problem}"))?);
        }
    }
    Ok(headers)
}
