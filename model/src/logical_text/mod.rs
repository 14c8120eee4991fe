//! Values of logical types as people write them: a decimal is `"12.34"`, a date `"2026-01-31"`.
//!
//! A value without such a text is raw: a number, or an object with the name of its base type, such as
//! `{"bytes": "\u0000\u0001"}`.

mod big_decimal;
mod date_time;
mod decimal;
mod duration;
mod looks_like;
mod uuid;

use decimal::Parts;

use crate::{Fixed, FixedLogical, Json, Logical, Primitive, PrimitiveValue, TimeKind};

/// Why a JSON value is not a value of a logical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// It looks like a text of the type, but is not valid: `"2026-02-30"`. It is not of another type.
    Invalid,
    /// It is of another kind.
    OtherKind,
}

impl TextError {
    fn of(is_meant: bool) -> Self {
        if is_meant { Self::Invalid } else { Self::OtherKind }
    }
}

impl Logical {
    /// Returns a value of the base type in the form of plain JSON: its text, or the raw value if it has none.
    /// Returns `None` if the value is not of the base type.
    pub fn to_plain(self, value: &PrimitiveValue<'_>) -> Option<Json> {
        let number = match (self.primitive(), value) {
            (Primitive::Int, PrimitiveValue::Int(value)) => i64::from(*value),
            (Primitive::Long, PrimitiveValue::Long(value)) => *value,
            (Primitive::Bytes, PrimitiveValue::Bytes(bytes)) => {
                let text = self.bytes_text(bytes);
                return Some(text.map_or_else(|| raw(Primitive::Bytes, Json::of_bytes(bytes)), Json::String));
            }
            (Primitive::String, PrimitiveValue::String(text)) => {
                let json = Json::string(text);
                return Some(if self.is_text(text) { json } else { raw(Primitive::String, json) });
            }
            _ => return None,
        };
        Some(self.time_text(number).map_or(Json::Integer(number.into()), Json::String))
    }

    /// Reads a value of the type in the form of plain JSON: a text, or a raw value, which is not checked.
    ///
    /// # Errors
    /// Returns an error if `json` is not a value of the type. [`expected`](Self::expected) describes the
    /// values.
    pub fn read_plain(self, json: &Json) -> Result<PrimitiveValue<'_>, TextError> {
        match json {
            Json::String(text) => self.read_text(text).ok_or_else(|| TextError::of(self.looks_like(text))),
            Json::Integer(_) => self.primitive().read(json).ok_or(TextError::OtherKind),
            Json::Object(_) => {
                let raw = raw_value(self.primitive(), json).ok_or(TextError::OtherKind)?;
                self.primitive().read(raw).ok_or(TextError::Invalid)
            }
            Json::Null | Json::Bool(_) | Json::Float(_) | Json::Array(_) => Err(TextError::OtherKind),
        }
    }

    /// Returns true if a reader that supports the type accepts this value of the base type. A time of day
    /// must be before midnight, a decimal must not have more digits than its precision, and a UUID must be
    /// valid.
    pub fn allows(self, value: &PrimitiveValue<'_>) -> bool {
        match (self, value) {
            (Self::TimeMillis, PrimitiveValue::Int(count)) => self.is_number((*count).into()),
            (Self::TimeMicros, PrimitiveValue::Long(count)) => self.is_number((*count).into()),
            (Self::Decimal { precision, .. }, PrimitiveValue::Bytes(bytes)) => {
                decimal::fits(bytes, to_usize(precision))
            }
            (Self::Uuid, PrimitiveValue::String(text)) => self.is_text(text),
            _ => true,
        }
    }

    /// Returns true if `text` is the text of a value of the type.
    pub const fn is_text(self, text: &str) -> bool {
        match self {
            Self::Decimal { precision, scale } => is_decimal(text.as_bytes(), precision, scale),
            Self::BigDecimal => match Parts::find(text.as_bytes()) {
                Some(parts) => parts.fits(usize::MAX, parts.scale()),
                None => false,
            },
            Self::Uuid => uuid::is_uuid(text.as_bytes()),
            _ => self.read_time(text.as_bytes()).is_some(),
        }
    }

    /// Returns true if a default of the type can be the number `count`.
    pub const fn is_number(self, count: i128) -> bool {
        match (self.primitive(), self.time()) {
            (_, Some((TimeKind::TimeOfDay, day))) => 0 <= count && count < day as i128,
            (Primitive::Int, _) => i32::MIN as i128 <= count && count <= i32::MAX as i128,
            (Primitive::Long, _) => i64::MIN as i128 <= count && count <= i64::MAX as i128,
            _ => false,
        }
    }

    /// Describes the values of the type for messages, with an example.
    pub fn expected(self) -> String {
        let fraction = match self.per_second() {
            1_000 => ".123",
            1_000_000 => ".123456",
            1_000_000_000 => ".123456789",
            _ => "",
        };
        match (self, self.time()) {
            (Self::Decimal { precision, scale }, _) => expected_decimal(precision, scale),
            (Self::BigDecimal, _) => "a decimal in quotes, such as \"12.34\"".to_owned(),
            (_, Some((TimeKind::Day, _))) => "a date, such as \"2026-01-31\"".to_owned(),
            (_, Some((TimeKind::TimeOfDay, _))) => {
                format!("a time of day before midnight, such as \"12:30:00{fraction}\"")
            }
            (_, Some((TimeKind::Instant, _))) => {
                format!("a date and time with an offset from UTC, such as \"2026-01-31T12:30:00{fraction}Z\"")
            }
            (_, Some((TimeKind::Local, _))) => {
                format!("a date and time without an offset, such as \"2026-01-31T12:30:00{fraction}\"")
            }
            (_, None) => EXPECTED_UUID.to_owned(),
        }
    }

    /// Returns true if the values are decimals, which JSON numbers cannot hold exactly.
    pub const fn is_decimal(self) -> bool {
        matches!(self, Self::Decimal { .. } | Self::BigDecimal)
    }

    fn read_text(self, text: &str) -> Option<PrimitiveValue<'_>> {
        Some(match self {
            Self::Decimal { scale, .. } => {
                let parts = Parts::find(text.as_bytes()).filter(|_| self.is_text(text))?;
                PrimitiveValue::Bytes(parts.unscaled(text.as_bytes(), to_usize(scale)))
            }
            Self::BigDecimal => PrimitiveValue::Bytes(big_decimal::read(text)?),
            Self::Uuid => PrimitiveValue::String(Some(text).filter(|text| self.is_text(text))?),
            _ => {
                let count = self.read_time(text.as_bytes())?;
                match self.primitive() {
                    Primitive::Int => PrimitiveValue::Int(i32::try_from(count).ok()?),
                    _ => PrimitiveValue::Long(count),
                }
            }
        })
    }

    /// Reads the text of a type of time, in its units.
    const fn read_time(self, text: &[u8]) -> Option<i64> {
        let per_second = self.per_second();
        match self {
            Self::Date => date_time::read_date(text),
            Self::TimeMillis | Self::TimeMicros => date_time::read_time(text, per_second),
            Self::TimestampMillis | Self::TimestampMicros | Self::TimestampNanos => {
                date_time::read_instant(text, per_second)
            }
            Self::LocalTimestampMillis | Self::LocalTimestampMicros | Self::LocalTimestampNanos => {
                date_time::read_local(text, per_second)
            }
            Self::Uuid | Self::Decimal { .. } | Self::BigDecimal => None,
        }
    }

    fn time_text(self, count: i64) -> Option<String> {
        let per_second = self.per_second();
        match self.time()?.0 {
            TimeKind::Day => date_time::write_date(count),
            TimeKind::TimeOfDay => date_time::write_time(count, per_second),
            TimeKind::Local => date_time::write_local(count, per_second),
            TimeKind::Instant => date_time::write_local(count, per_second).map(|text| text + "Z"),
        }
    }

    fn bytes_text(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Decimal { precision, scale } => {
                let is_shortest = decimal::shortest(bytes).len() == bytes.len();
                is_shortest.then(|| decimal::write(bytes, to_usize(precision), to_usize(scale)))?
            }
            _ => big_decimal::write(bytes),
        }
    }

    /// Returns how many units of a type of time a second has; for other types, 0.
    const fn per_second(self) -> i64 {
        match self.time() {
            Some((_, day)) => day / 86_400,
            None => 0,
        }
    }
}

impl FixedLogical {
    /// Returns the bytes of a fixed in the form of plain JSON: their text, or the raw bytes if they have
    /// none.
    pub fn to_plain(self, bytes: &[u8]) -> Json {
        let text = match self {
            Self::Decimal { precision, scale } => decimal::write(bytes, to_usize(precision), to_usize(scale)),
            Self::Duration => bytes.try_into().ok().map(duration::write),
            Self::Uuid => bytes.try_into().ok().map(uuid::write),
        };
        text.map_or_else(|| raw(Primitive::Bytes, Json::of_bytes(bytes)), Json::String)
    }

    /// Reads the bytes of a fixed of `size` bytes in the form of plain JSON: a text, or raw bytes, which are
    /// not checked.
    ///
    /// # Errors
    /// Returns an error if `json` is not a value of the type. [`expected`](Self::expected) describes the
    /// values.
    pub fn read_plain(self, size: usize, json: &Json) -> Result<Vec<u8>, TextError> {
        match json {
            Json::String(text) => {
                self.read_text(size, text).ok_or_else(|| TextError::of(self.looks_like(text)))
            }
            Json::Object(_) => {
                let raw = raw_value(Primitive::Bytes, json).ok_or(TextError::OtherKind)?;
                raw.to_bytes().filter(|bytes| bytes.len() == size).ok_or(TextError::Invalid)
            }
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) | Json::Array(_) => {
                Err(TextError::OtherKind)
            }
        }
    }

    /// Like [`Logical::allows`], for a fixed.
    pub fn allows(self, bytes: &[u8]) -> bool {
        match self {
            Self::Decimal { precision, .. } => decimal::fits(bytes, to_usize(precision)),
            Self::Duration | Self::Uuid => true,
        }
    }

    /// Like [`Logical::is_text`], for a fixed.
    pub const fn is_text(self, text: &str) -> bool {
        match self {
            Self::Decimal { precision, scale } => is_decimal(text.as_bytes(), precision, scale),
            Self::Duration => duration::read(text.as_bytes()).is_some(),
            Self::Uuid => uuid::is_uuid(text.as_bytes()),
        }
    }

    /// Like [`Logical::expected`], for a fixed.
    pub fn expected(self) -> String {
        match self {
            Self::Decimal { precision, scale } => expected_decimal(precision, scale),
            Self::Duration => "a duration, such as \"P1M2DT3.004S\"".to_owned(),
            Self::Uuid => EXPECTED_UUID.to_owned(),
        }
    }

    /// Like [`Logical::is_decimal`], for a fixed.
    pub const fn is_decimal(self) -> bool {
        matches!(self, Self::Decimal { .. })
    }

    fn read_text(self, size: usize, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Decimal { scale, .. } => {
                let parts = Parts::find(text.as_bytes()).filter(|_| self.is_text(text))?;
                decimal::extended(&parts.unscaled(text.as_bytes(), to_usize(scale)), size)
            }
            Self::Duration => Some(duration::read(text.as_bytes())?.map(u32::to_le_bytes).concat()),
            Self::Uuid => uuid::read(text),
        }
        .filter(|bytes| bytes.len() == size)
    }
}

impl Fixed {
    /// Returns the bytes of a value in the form of plain JSON.
    pub fn to_plain(&self, bytes: &[u8]) -> Json {
        self.logical.map_or_else(|| Json::of_bytes(bytes), |logical| logical.to_plain(bytes))
    }
}

/// Returns true if `text` is a date and time with an offset from UTC, as in RFC 3339.
pub const fn is_date_time(text: &str) -> bool {
    date_time::is_instant(text.as_bytes())
}

const EXPECTED_UUID: &str = "a UUID: 8-4-4-4-12 hexadecimal digits";

const fn is_decimal(text: &[u8], precision: u32, scale: u32) -> bool {
    match Parts::find(text) {
        Some(parts) => parts.fits(precision as usize, scale as usize),
        None => false,
    }
}

fn expected_decimal(precision: u32, scale: u32) -> String {
    let digits = |count| if count == 1 { "1 digit".to_owned() } else { format!("{count} digits") };
    let (before, whole) = match precision.saturating_sub(scale) {
        0 => ("no digits".to_owned(), "0"),
        1 => (format!("at most {}", digits(1)), "1"),
        count => (format!("at most {}", digits(count)), "12"),
    };
    if scale == 0 {
        return format!("a whole number in quotes with {before}, such as \"{whole}\"");
    }
    let fraction: String = "345678".chars().take(to_usize(scale)).collect();
    format!(
        "a decimal in quotes with {before} before and {scale} after the point, such as \"{whole}.{fraction}\""
    )
}

fn to_usize(number: u32) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}

fn raw(base: Primitive, value: Json) -> Json {
    Json::object([(base.name(), value)])
}

/// Returns the value in a raw value of the base type `base`.
fn raw_value(base: Primitive, json: &Json) -> Option<&Json> {
    match json {
        Json::Object(members) => match members.as_slice() {
            [(name, value @ Json::String(_))] if name == base.name() => Some(value),
            _ => None,
        },
        _ => None,
    }
}
