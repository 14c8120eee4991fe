//! The codec: types that describe, write and read themselves.

mod adapter;
mod datum;
mod decoder;
mod encoder;
mod error;
mod impls;
#[cfg(feature = "bus")]
pub(crate) mod planned;
mod traits;
pub(crate) mod utf8;

pub use adapter::{DecodeAs, EncodeAs};
pub use datum::{decode, decode_into, encode, encode_to_vec};
pub use decoder::{Decoder, MAX_EMPTY_ITEMS, MAX_NESTING, Symbol};
pub use encoder::Encoder;
pub use error::{DecodeError, EncodeError, Expected};
pub use traits::{Branch, BranchKind, Decode, Describe, Encode, Shape};
