//! What values of logical types mean, and which are valid.

use std::fmt;

use crate::{FixedLogical, Json, Logical};

/// What a logical type of time measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeKind {
    /// A day, without a time zone.
    Day,
    /// An instant, independent of time zones.
    Instant,
    /// A timestamp in an unspecified local time zone.
    Local,
    /// A time of day.
    TimeOfDay,
}

/// The milliseconds of a day.
const MILLIS: i64 = 86_400_000;

impl Logical {
    /// Returns what the type measures, and how many of its units a day has. Returns `None` if it is not a
    /// type of time.
    pub fn time(self) -> Option<(TimeKind, i64)> {
        Some(match self {
            Self::Date => (TimeKind::Day, 1),
            Self::TimeMillis => (TimeKind::TimeOfDay, MILLIS),
            Self::TimeMicros => (TimeKind::TimeOfDay, 1_000 * MILLIS),
            Self::TimestampMillis => (TimeKind::Instant, MILLIS),
            Self::TimestampMicros => (TimeKind::Instant, 1_000 * MILLIS),
            Self::TimestampNanos => (TimeKind::Instant, 1_000_000 * MILLIS),
            Self::LocalTimestampMillis => (TimeKind::Local, MILLIS),
            Self::LocalTimestampMicros => (TimeKind::Local, 1_000 * MILLIS),
            Self::LocalTimestampNanos => (TimeKind::Local, 1_000_000 * MILLIS),
            Self::Uuid | Self::Decimal { .. } | Self::BigDecimal => return None,
        })
    }

    /// Returns a description of the valid values if `value`, a value of the base type, is not valid for the
    /// logical type. Bytes are strings of code points from 0 to 255.
    ///
    /// Readers that support the logical type reject such a value: a time of day after midnight, a decimal
    /// with too many digits, a string that is not a UUID.
    pub fn demands(self, value: &Json) -> Option<String> {
        match (self, value) {
            (Self::TimeMillis, Json::Integer(count)) => time(*count, 86_400_000, "milliseconds"),
            (Self::TimeMicros, Json::Integer(count)) => time(*count, 86_400_000_000, "microseconds"),
            (Self::Decimal { precision, .. }, Json::String(text)) => decimal(precision, text),
            (Self::Uuid, Json::String(text)) => {
                (!is_uuid(text)).then(|| "a UUID: 8-4-4-4-12 hexadecimal digits".to_owned())
            }
            (
                Self::Date
                | Self::TimeMillis
                | Self::TimeMicros
                | Self::TimestampMillis
                | Self::TimestampMicros
                | Self::TimestampNanos
                | Self::LocalTimestampMillis
                | Self::LocalTimestampMicros
                | Self::LocalTimestampNanos
                | Self::Uuid
                | Self::Decimal { .. }
                | Self::BigDecimal,
                _,
            ) => None,
        }
    }
}

impl FixedLogical {
    /// Like [`Logical::demands`], for a fixed.
    pub fn demands(self, value: &Json) -> Option<String> {
        match (self, value) {
            (Self::Decimal { precision, .. }, Json::String(text)) => decimal(precision, text),
            (Self::Decimal { .. } | Self::Duration | Self::Uuid, _) => None,
        }
    }
}

/// Writes the name, and the parameters of a decimal: `timestamp-millis`, `decimal(9,2)`.
impl fmt::Display for Logical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            other => f.write_str(other.name()),
        }
    }
}

/// Writes the name, and the parameters of a decimal: `duration`, `decimal(9,2)`.
impl fmt::Display for FixedLogical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            other => f.write_str(other.name()),
        }
    }
}

fn time(count: i128, day: i128, unit: &str) -> Option<String> {
    (!(0..day).contains(&count)).then(|| format!("{unit} since midnight, from 0 to {}", day - 1))
}

fn decimal(precision: u32, text: &str) -> Option<String> {
    (!fits(precision, text)).then(|| format!("the bytes of a number of at most {precision} digits"))
}

/// Returns true if the two's complement number in `text` has at most `precision` digits. Numbers of more than
/// 128 bits are not checked.
fn fits(precision: u32, text: &str) -> bool {
    let bytes: Vec<u8> = text.chars().filter_map(|character| u8::try_from(character).ok()).collect();
    let Some(first) = bytes.first() else { return false };
    let sign = if first & 0x80 == 0 { 0 } else { 0xff };
    // Leading bytes that only repeat the sign are not significant.
    let leading = bytes.windows(2).take_while(|pair| pair[0] == sign && (pair[1] ^ sign) & 0x80 == 0).count();
    let digits = &bytes[leading..];
    let Some(limit) = 10_u128.checked_pow(precision) else { return true };
    if digits.len() > 16 {
        return false;
    }
    let mut number = [sign; 16];
    number[16 - digits.len()..].copy_from_slice(digits);
    i128::from_be_bytes(number).unsigned_abs() < limit
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_has_no_more_digits_than_its_precision() {
        let text = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
        for number in
            [0_i128, 1, -1, 9, -9, 10, -10, 99, 100, -100, 127, 128, -128, -129, 999, 1000, i128::MAX]
        {
            let digits = u32::try_from(number.unsigned_abs().to_string().len())
                .expect("the number of digits is small");
            let long = [vec![if number < 0 { 0xff } else { 0 }; 9], number.to_be_bytes().to_vec()].concat();
            for bytes in [&number.to_be_bytes()[..], &long] {
                assert!(fits(digits, &text(bytes)), "{number}");
                assert_eq!(fits(digits - 1, &text(bytes)), number == 0, "{number}");
            }
        }
        assert!(!fits(9, ""), "an empty text is not a number");
        assert!(!fits(38, &text(&[1; 17])));
        assert!(fits(50, &text(&[1; 17])), "not counted");
    }
}
