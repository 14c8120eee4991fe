//! The runtime of Signalbook: what generated code and derives call, and what carries events.
//!
//! Small on purpose: no network, no executor, no timer of its own.

pub mod backend;
pub mod blocking;
mod clock;
mod codec;
mod event;

pub use clock::{Clock, ManualClock, SystemClock};
pub use codec::{Decode, DecodeError, Decoder, Describe, Encode, EncodeError, Encoder};
pub use event::{Event, Key};
