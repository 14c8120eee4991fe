//! Dates and times of the crate `jiff`.

mod date_time;
mod time;

pub use date_time::{DateTime, DateTimeError};
pub use time::{
    LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
