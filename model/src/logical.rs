//! What values of logical types mean.

use std::fmt;

use crate::{FixedLogical, Logical};

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
    pub const fn time(self) -> Option<(TimeKind, i64)> {
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
