//! An event as a line of JSON, as `consume` prints and `publish` reads it: `{"metadata": {...}, "data":
//! {...}, "key": ..., "headers": {...}, "position": "orders[0]@42"}`.
//! A message that cannot be read has a line with all its parts: `{"unreadable": {"headers": {...}, "key":
//! "02...", "payload": "00..."}}`.

use std::io::{self, Write};

use serde::Serialize;
use signalbook::{
    Extensions, LibraryVersion, Metadata, Text, Time,
    backend::{Delivery, Headers, Message},
    envelope,
};
use signalbook_data::JsonError;
use signalbook_model::{Json, escape_controls};

use crate::bus::key_and_headers::message_from_json;

/// The member of a line that has all parts of a message.
const UNREADABLE: &str = "unreadable";

/// A line that was read.
#[derive(Debug)]
pub(crate) enum Line {
    /// An event.
    Event(Box<EventLine>),
    /// A message that is published as it is.
    Message(Message),
}

/// The line of an event.
#[derive(Debug)]
pub(crate) struct EventLine {
    /// The metadata of the line.
    pub(crate) metadata: Given,
    /// The event's data.
    pub(crate) data: Json,
    /// The key, if the line has one; null is no key.
    pub(crate) key: Option<Json>,
    /// The headers in addition to those of the metadata, if the line has some.
    pub(crate) headers: Option<Json>,
}

/// The metadata of a line. Missing metadata is generated.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) event_type: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) minorversion: Option<u32>,
    pub(crate) source: Option<String>,
    pub(crate) sourcehost: Option<String>,
    pub(crate) time: Option<Time>,
    pub(crate) sourcelib: Option<LibraryVersion>,
    pub(crate) extensions: Option<Extensions>,
}

/// An error in a line. It contains no value, because a line may contain personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The path in the line, `$.data.order.lines[0].quantity`; `$` is the whole line.
    pub(crate) path: String,
    /// What was found, and what was expected.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Makes a refusal from an error in the data.
    pub(crate) fn of_data(error: &JsonError) -> Self {
        let separator = if error.path.is_empty() || error.path.starts_with(['[', '{']) { "" } else { "." };
        Self::new(format!("$.data{separator}{}", error.path), error.problem.to_string())
    }
}

/// Writes the line of an event.
pub(crate) fn write(
    out: &mut impl Write,
    delivery: &Delivery,
    metadata: &Metadata,
    data: &Json,
    key: &Json,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Event<'a> {
        metadata: &'a Metadata,
        data: &'a Json,
        key: &'a Json,
        headers: Json,
        position: String,
    }
    let headers: Headers = envelope::other_headers(&delivery.message, metadata).collect();
    let headers = headers.to_json();
    write_json(out, &Event { metadata, data, key, headers, position: delivery.position.to_string() })
}

/// Writes the line of a message that cannot be read, with all its parts.
pub(crate) fn write_unreadable(out: &mut impl Write, delivery: &Delivery, error: &str) -> io::Result<()> {
    let mut members = vec![
        ("position".to_owned(), Json::String(delivery.position.to_string())),
        ("error".to_owned(), Json::string(error)),
    ];
    if let Json::Object(message) = delivery.message.to_json() {
        members.extend(message);
    }
    write_json(out, &Json::object([(UNREADABLE, Json::Object(members))]))
}

fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escape_controls(serde_json::to_string(value)?))
}

impl Line {
    /// Reads a line. If `bare`, an object without a member `data` is the data itself.
    pub(crate) fn parse(text: &str, bare: bool) -> Result<Self, Refusal> {
        let json = Json::parse(text).map_err(|error| Refusal::new("$", not_json(&error)))?;
        let Json::Object(members) = json else {
            return Err(Refusal::new("$", format!("expected an object, found {}", json.kind())));
        };
        if let [(name, message)] = &members[..]
            && name == UNREADABLE
            && !bare
        {
            let message = message_from_json(message);
            let refuse = |(path, problem)| Refusal::new(format!("$.{UNREADABLE}{path}"), problem);
            return message.map(Self::Message).map_err(refuse);
        }
        EventLine::of(members, bare).map(|line| Self::Event(Box::new(line)))
    }
}

impl EventLine {
    fn of(members: Vec<(String, Json)>, bare: bool) -> Result<Self, Refusal> {
        if !members.iter().any(|(name, _)| name == "data") {
            return if bare {
                Ok(Self { metadata: Given::default(), data: Json::Object(members), key: None, headers: None })
            } else {
                Err(Refusal::new(
                    "$",
                    "no member `data`; a line is {\"metadata\": {…}, \"data\": {…}}, or with --event only \
                     the data",
                ))
            };
        }
        let (mut metadata, mut data) = (Given::default(), Json::Null);
        let (mut key, mut headers) = (None, None);
        for (name, value) in members {
            match name.as_str() {
                "data" => data = value,
                "metadata" => metadata = Given::read(value)?,
                "key" => key = Some(value),
                "headers" => headers = Some(value),
                // The log determines the position.
                "position" => {}
                _ => {
                    return Err(Refusal::new(
                        format!("$.{name}"),
                        "unknown member; an event has `metadata`, `data`, `key`, `headers` and `position`",
                    ));
                }
            }
        }
        Ok(Self { metadata, data, key, headers })
    }
}

impl Given {
    /// Fills missing metadata from `made`. The event type and the minor version are those of `made`.
    pub(crate) fn or(self, mut made: Metadata) -> Metadata {
        made.id = self.id.map_or(made.id, Text::from);
        made.source = self.source.map_or(made.source, Text::from);
        made.sourcehost = self.sourcehost.map_or(made.sourcehost, Text::from);
        made.time = self.time.map_or(made.time, |time| time.to_utc());
        made.sourcelib = self.sourcelib.unwrap_or(made.sourcelib);
        made.extensions = self.extensions.unwrap_or_default();
        made
    }

    fn read(json: Json) -> Result<Self, Refusal> {
        let Json::Object(members) = json else {
            return Err(Refusal::new("$.metadata", format!("expected an object, found {}", json.kind())));
        };
        let mut given = Self::default();
        for (name, value) in members {
            let refuse = |message: String| Refusal::new(format!("$.metadata.{name}"), message);
            let text =
                || value.as_str().ok_or_else(|| refuse(format!("expected a string, found {}", value.kind())));
            if value == Json::Null {
                continue;
            }
            match name.as_str() {
                "event_type" => given.event_type = Some(text()?.to_owned()),
                "source" => given.source = Some(text()?.to_owned()),
                "sourcehost" => given.sourcehost = Some(text()?.to_owned()),
                "id" if text()?.is_empty() => return Err(refuse("an id is not empty".to_owned())),
                "id" => given.id = Some(text()?.to_owned()),
                "time" => given.time = Some(text()?.parse().map_err(|error| refuse(format!("{error}")))?),
                "minorversion" => {
                    given.minorversion = Some(number(&value).ok_or_else(|| refuse(not_a_number(&value)))?);
                }
                "sourcelib" => {
                    let expected = || refuse("expected a version, `[1, 2, 0]` or `\"1.2.0\"`".to_owned());
                    given.sourcelib = Some(version(&value).ok_or_else(expected)?);
                }
                "extensions" => given.extensions = Some(extensions(&value).map_err(refuse)?),
                _ => {
                    return Err(refuse(format!("unknown metadata; expected one of {}", METADATA.join(", "))));
                }
            }
        }
        Ok(given)
    }
}

/// The names of OEP-41, and the extension attributes.
const METADATA: [&str; 8] =
    ["event_type", "id", "minorversion", "source", "sourcehost", "time", "sourcelib", "extensions"];

fn extensions(value: &Json) -> Result<Extensions, String> {
    let Json::Object(members) = value else {
        return Err(format!("expected an object, found {}", value.kind()));
    };
    let mut extensions = Extensions::default();
    for (name, value) in members {
        let text =
            value.as_str().ok_or_else(|| format!("`{name}`: expected a string, found {}", value.kind()))?;
        extensions.insert(name.as_str(), text).map_err(|error| error.to_string())?;
    }
    Ok(extensions)
}

fn number(value: &Json) -> Option<u32> {
    match value {
        Json::Integer(number) => u32::try_from(*number).ok(),
        Json::Null | Json::Bool(_) | Json::Float(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            None
        }
    }
}

fn not_a_number(value: &Json) -> String {
    format!("expected a non-negative integer, found {}", value.kind())
}

/// Reads a version as a list of numbers, as Open edX writes it in Python, or as text, as in a header.
fn version(value: &Json) -> Option<LibraryVersion> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Array(parts) => parts.iter().map(number).collect::<Option<Vec<_>>>().map(LibraryVersion::from),
        Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) | Json::Object(_) => None,
    }
}

/// The message of the parser without the line number, which is always 1.
pub(crate) fn not_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("not JSON: {what} at column {}", error.column())
}
