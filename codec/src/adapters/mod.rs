//! Adapters for other crates' types, and types for wire forms that Rust has no type for.
//!
//! An attribute names the adapter, alone or within the `Option`, `Vec`, map or `Box` of the field's type:
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
//! Some types need no adapter, because they have only one wire form: `uuid::Uuid` is Avro's `uuid` over a
//! string, and `jiff::civil::Date` is `date`. The features `uuid` and `jiff` add them. The bus enables both.

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
