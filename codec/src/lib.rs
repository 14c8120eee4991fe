//! The Avro codec of Signalbook: the traits that the derives implement, and the functions that they call.
//!
//! A type that derives `Event`, `Record` or `Enum` can be described, encoded and decoded. Programs depend on
//! the facade `signalbook`, which re-exports this crate. `signalbook-runtime` is the bus.
//!
//! # Quick start
//!
//! ```
//! # use signalbook_macros::Event;
//! use signalbook_codec::{decode, encode_to_vec, schema_of};
//!
//! #[derive(Debug, PartialEq, Event)]
//! # #[avro(crate = signalbook_codec)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "id", topics = ["orders"])]
//! struct OrderPlaced { id: String }
//!
//! let event = OrderPlaced { id: "A-17".into() };
//! let bytes = encode_to_vec(&event)?;
//! assert_eq!(bytes, b"\x08A-17");
//! assert_eq!(decode::<OrderPlaced>(&bytes)?, event);
//! assert!(schema_of::<OrderPlaced>()?.to_json().contains(r#""name":"id","type":"string""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The feature `versions` adds decoding of data of other versions of a schema; the bus enables it. `jiff`,
//! `uuid` and `rust_decimal` add the adapters for the types of those crates.

#[macro_use]
mod feature_gate;

mod datum;
mod decoder;
mod encoder;
mod error;
mod event;
mod history;
mod impls;
mod key;
#[cfg(feature = "versions")]
mod planned_decoding;
#[doc(hidden)]
pub mod private;
mod schema;
pub mod single_object;
mod traits;
mod utf8;
#[path = "adapters/mod.rs"]
pub mod wire;
mod wire_form;

pub use datum::{decode, decode_into, encode, encode_to_vec};
pub use decoder::{Decoder, MAX_EMPTY_ITEMS, MAX_NESTING, Symbol};
pub use encoder::Encoder;
pub use error::{DecodeError, EncodeError, Expected};
pub use event::{Event, EventType};
pub use history::{Accepted, History};
pub use key::{AsKey, Key};
pub use schema::{SchemaError, schema_of};
pub use signalbook_model as model;
pub use traits::{Branch, BranchKind, Decode, Describe, Encode};
pub use wire_form::{DecodeAs, EncodeAs};

__planned_decoding! {
    use planned_decoding::PlanCursor;
}
