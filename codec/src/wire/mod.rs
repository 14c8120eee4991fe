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
//! `jiff::civil::Date` is `date`. The features `uuid` and `jiff` add them; the bus turns both on.

#[cfg(feature = "rust_decimal")]
mod decimal;
mod duration;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "rust_decimal")]
pub use decimal::Decimal;
pub use duration::Duration;
#[cfg(feature = "jiff")]
pub use jiff::*;
#[cfg(feature = "uuid")]
pub use uuid::{UuidFixed, UuidString};
