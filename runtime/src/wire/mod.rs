//! Adapters for other crates' types, and types for what Rust has no type of its own for.
//!
//! An adapter is named in an attribute, alone or within the `Option`, `Vec`, map or `Box` of the field's type:
//!
//! ```ignore
//! #[derive(Event)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "id")]
//! struct OrderPlaced {
//!     #[avro(as = "wire::UuidFixed")]
//!     id: Uuid,
//!     #[avro(as = "Vec<Option<wire::TimestampMillis>>")]
//!     deliveries: Vec<Option<jiff::Timestamp>>,
//! }
//! ```
//!
//! Some types need none, because only one form is theirs: `uuid::Uuid` is Avro's `uuid` over a string, and
//! [`jiff::civil::Date`] is `date`.

mod date_time;
#[cfg(feature = "rust_decimal")]
mod decimal;
mod duration;
mod time;
mod uuid;

pub use date_time::{DateTime, DateTimeError};
#[cfg(feature = "rust_decimal")]
pub use decimal::Decimal;
pub use duration::Duration;
pub use time::{
    LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
pub use uuid::{UuidFixed, UuidString};
