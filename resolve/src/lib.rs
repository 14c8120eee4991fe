//! Avro data without types: decode along a schema, encode, read what was written with another schema, and JSON in both
//! directions.
//!
//! # Quick start
//!
//! ```
//! use signalbook_model::{Json, Schema};
//! use signalbook_resolve::{Plan, decode, encode, plain};
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
//! // What an older version wrote, as the bytes of this one.
//! let older = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}"#)?;
//! let plan = Plan::new(&older, &schema)?;
//! let mut resolved = Vec::new();
//! plan.transcode(&[2, b'7'], &mut resolved)?;
//! assert_eq!(resolved, bytes);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `container`, object container files (`.avro`) are read and written: the module `container`.
//!
//! No message repeats a value: the data may be about a person.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a boxed error keeps results in registers: success costs little"
)]

#[cfg(feature = "container")]
pub mod container;
mod decode;
mod decode_error;
mod encode;
mod input;
mod json;
mod path;
mod plan;
mod value;

pub use decode::{decode, decode_first};
pub use decode_error::{DecodeError, DecodeProblem};
pub use encode::encode;
pub use json::{JsonError, JsonProblem, avro_json, plain};
pub use plan::{Plan, PlanError, ReadError, ResolveError, ResolveProblem, place, read};
pub use value::{Mismatch, Value};

/// How deep values may nest, counting records, arrays, maps and unions; recursive types need a bound of their own. The derives
/// write 128 boxes, lists and maps within one another; those of types with up to four levels each can be read.
pub const MAX_DEPTH: usize = 512;
