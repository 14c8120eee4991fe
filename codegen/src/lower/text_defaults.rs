//! Checks defaults of UUIDs and date-times whose wire form is a string. The schema allows any string, but the
//! Rust types do not.

use signalbook_model::value_path::{Segment, path_within};
use signalbook_model::{DefaultError, Json, Logical, Type};
use toml::de::DeValue;

use super::wire::{Expansion, Expansions};
use crate::contract::Shape;
use crate::syntax::Builtin;

impl Expansions {
    /// Returns an error for the first string in `value`, a value of `shape`, that is not a UUID or date-time
    /// as its type requires. Records are skipped, because their fields are checked where they are declared.
    pub(super) fn unread(&self, shape: &Shape, value: &Json) -> Option<DefaultError> {
        match (shape, value) {
            (Shape::Builtin(Builtin::Uuid), Json::String(text))
                if self.builtin(Builtin::Uuid) == Type::STRING =>
            {
                Logical::Uuid.demands(value).map(|demand| error(&demand, text))
            }
            (Shape::Builtin(Builtin::DateTime), Json::String(text)) => (!is_date_time(text)).then(|| {
                error("a date and time with an offset from UTC, such as `2026-01-31T12:00:00+00:00`", text)
            }),
            (Shape::List(items), Json::Array(values)) => values
                .iter()
                .enumerate()
                .find_map(|(index, value)| Some(within(Segment::Item(index), self.unread(items, value)?))),
            (Shape::Map(values), Json::Object(members)) => members
                .iter()
                .find_map(|(key, value)| Some(within(Segment::Field(key), self.unread(values, value)?))),
            (Shape::Optional(some), value) => self.unread(some, value),
            (Shape::Union(branches), value) => self.unread(branches.first()?, value),
            (Shape::Scalar(name) | Shape::Type(name), value) => match self.by_name.get(name)? {
                Expansion::Shape(shape) => self.unread(shape, value),
                Expansion::NoWireForm | Expansion::Broken => None,
            },
            (Shape::Builtin(_) | Shape::List(_) | Shape::Map(_), _) => None,
        }
    }
}

fn error(expected: &str, found: &str) -> DefaultError {
    DefaultError {
        path: String::new(),
        expected: expected.to_owned(),
        found: format!("the string {found:?}"),
    }
}

fn within(segment: Segment<'_>, error: DefaultError) -> DefaultError {
    DefaultError { path: path_within(segment, &error.path), ..error }
}

/// Returns true if `text` is a date-time in the format of RFC 3339, which TOML uses too.
fn is_date_time(text: &str) -> bool {
    let Ok(value) = DeValue::parse(text) else { return false };
    let is_complete =
        value.get_ref().as_datetime().is_some_and(|it| it.date.is_some() && it.offset.is_some());
    is_complete && value.span() == (0..text.len())
}
