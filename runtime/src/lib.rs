//! The runtime of Signalbook: what generated code and derives call, and what carries events.
//!
//! Small on purpose: no network, no executor, no timer of its own.

pub mod backend;
pub mod blocking;
mod clock;
mod codec;
pub mod envelope;
mod event;
mod key;
mod memory;
mod metadata;
#[doc(hidden)]
pub mod private;
mod schema;
pub mod single_object;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;

pub use clock::{Clock, ManualClock, SystemClock};
pub use codec::{
    Branch, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, EncodeError, Encoder,
    Expected, Kind, MAX_EMPTY_ITEMS, MAX_NESTING, decode, decode_into, encode, encode_to_vec,
};
pub use event::{Event, EventType};
pub use key::{AsKey, Key};
pub use memory::MemoryBackend;
pub use metadata::{LibraryVersion, Metadata, Time, TimeError};
pub use schema::{SchemaError, schema_of};
pub use signalbook_model as model;
