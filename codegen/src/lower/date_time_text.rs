//! Texts of date-times. A schema allows any string, but the Rust type of `datetime` does not.

use signalbook_model::{Annotated, Attributes, Json, Type, is_date_time};

const FORMAT: (&str, &str) = ("format", "date-time");

/// Returns the type of a string that must be a date-time.
pub(super) fn text() -> Type {
    let attributes = Attributes::from([(FORMAT.0.to_owned(), Json::String(FORMAT.1.to_owned()))]);
    Type::Annotated(Box::new(Annotated { ty: Type::STRING, attributes }))
}

/// Returns a description of the valid values if the type with these attributes is [`text`] and `value` is not
/// a date-time.
pub(super) fn demands(attributes: &Attributes, value: &Json) -> Option<String> {
    let is_text = attributes.get(FORMAT.0).and_then(Json::as_str) == Some(FORMAT.1);
    (is_text && !value.as_str().is_some_and(is_date_time))
        .then(|| "a date and time with an offset from UTC, such as `2026-01-31T12:00:00+00:00`".to_owned())
}
