//! Avro data without Rust types: decode and encode with a schema, read data of another schema, and convert
//! from and to JSON.
//!
//! # Quick start
//!
//! ```
//! use signalbook_data::{decode, encode, plain, read};
//! use signalbook_model::{Json, Schema};
//!
//! let schema = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [
//!     {"name": "id", "type": "string"},
//!     {"name": "coupon", "type": ["null", "string"], "default": null}]}"#)?;
//!
//! let value = plain::read(&schema, &Json::parse(r#"{"id": "7"}"#)?).expect("an order");
//! let bytes = encode(&schema, &value)?;
//! assert_eq!(bytes, [2, b'7', 0]);
//! assert_eq!(plain::write(&schema, &decode(&schema, &bytes)?)?.to_text(), r#"{"id":"7","coupon":null}"#);
//!
//! let errors = plain::read(&schema, &Json::parse(r#"{"id": 7, "cupon": "x"}"#)?).unwrap_err();
//! assert_eq!(errors[0].to_string(), "at `id`: expected a string, found an integer");
//! assert_eq!(errors[1].to_string(), "`Order` has no field `cupon`; did you mean `coupon`?");
//!
//! // Read a datum of an older version.
//! let older = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [
//!     {"name": "id", "type": "string"}]}"#)?;
//! assert_eq!(read(&older, &schema, &[2, b'7'])?, value);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `container`, the module `container` reads and writes object container files (`.avro`).
//!
//! No message contains a value, because data may be personal.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a boxed error keeps the result small, so that success is fast"
)]

#[cfg(feature = "container")]
pub mod container;
mod decode;
mod encode;
mod json;
mod read;
mod value;

pub use decode::{decode, decode_first};
pub use encode::encode;
pub use json::{JsonError, JsonProblem, avro_json, plain};
pub use read::{ReadError, read};
pub use signalbook_resolve::wire::{DecodeError, DecodeProblem, MAX_DEPTH};
pub use value::{Mismatch, Value};
