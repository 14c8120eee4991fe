use std::fmt;

use jiff::Timestamp;
use signalbook_model::{Builder, Primitive, Type};

use crate::{AsKey, Branch, BranchKind, Decode, DecodeError, Decoder, Describe, Encode, Encoder, Key};

/// A date and time in the wire form string: text in ISO 8601, `2026-01-01T00:00:00+00:00`.
///
/// It keeps the text as received, so that an event is forwarded exactly, and parses it on demand.
///
/// ```
/// use signalbook_codec::wire::DateTime;
///
/// let start = DateTime::from("2026-01-01T12:00:00+02:00");
/// assert_eq!(start.to_timestamp()?.to_string(), "2026-01-01T10:00:00Z");
/// assert_eq!(DateTime::from(start.to_timestamp()?).as_str(), "2026-01-01T10:00:00+00:00");
/// # Ok::<(), signalbook_codec::wire::DateTimeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(String);

/// The text of a [`DateTime`] is not a date and time with an offset from UTC.
#[derive(Clone, Debug)]
pub struct DateTimeError(jiff::Error);

impl DateTime {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts to the text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Parses the text.
    ///
    /// # Errors
    /// Returns an error if the text is not a date and time, or lacks the offset from UTC.
    pub fn to_timestamp(&self) -> Result<Timestamp, DateTimeError> {
        self.0.parse().map_err(DateTimeError)
    }
}

/// In UTC, with as many digits after the second as Python's `isoformat` writes: none or six, or nine if
/// needed.
impl From<Timestamp> for DateTime {
    fn from(moment: Timestamp) -> Self {
        let format = match moment.subsec_nanosecond() {
            0 => "%Y-%m-%dT%H:%M:%S+00:00",
            nanos if nanos % 1_000 == 0 => "%Y-%m-%dT%H:%M:%S%.6f+00:00",
            _ => "%Y-%m-%dT%H:%M:%S%.9f+00:00",
        };
        Self(moment.strftime(format).to_string())
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl AsRef<str> for DateTime {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[diagnostic::do_not_recommend]
impl Describe for DateTime {
    fn describe(_: &mut Builder) -> Type {
        Type::STRING
    }
}

#[diagnostic::do_not_recommend]
impl Branch for DateTime {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::String);
}

#[diagnostic::do_not_recommend]
impl Encode for DateTime {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.encode(out);
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for DateTime {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        String::decode(input).map(Self)
    }

    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        self.0.decode_into(input)
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Self> for DateTime {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        String::as_key(&value.0)
    }
}

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a date and time with an offset from UTC: `2026-01-01T00:00:00+00:00`")
    }
}

impl std::error::Error for DateTimeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
