//! Dates and times of the crate `jiff`.

mod date_time_text;
mod logical_types;

pub use date_time_text::{DateTime, DateTimeError};
pub use logical_types::{
    LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
