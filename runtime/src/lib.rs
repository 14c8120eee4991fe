//! The runtime of Signalbook: what generated code and derives call, and what carries events.
//!
//! Small on purpose: no network, no executor, no timer of its own. Programs depend on the facade `signalbook`, which
//! re-exports it; backends depend on this crate. Without the feature `bus`, which is on by default, it is the codec alone: what derives
//! call, and schemas.
//!
//! ```
//! # use signalbook_macros::Event;
//! use signalbook_runtime::{Bus, Received, Shutdown, backend::Start};
//!
//! #[derive(Clone, Debug, PartialEq, Event)]
//! # #[avro(crate = signalbook_runtime)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "id", topics = ["orders"])]
//! struct OrderPlaced { id: String }
//!
//! # signalbook_runtime::blocking::block_on(async {
//! let bus = Bus::memory();
//! let publisher = bus.publisher("shop/web");
//! publisher.publish(&OrderPlaced { id: "A-17".into() }).await?;       // durable when this returns
//!
//! let shutdown = Shutdown::new();
//! let consumed = bus
//!     .consumer("billing")
//!     .start(Start::Earliest)
//!     .on({
//!         let shutdown = shutdown.clone();
//!         move |event: Received<OrderPlaced>| {
//!             let shutdown = shutdown.clone();
//!             async move {
//!                 shutdown.begin();
//!                 if event.data.id == "A-17" { Ok(()) } else { Err("an order that nobody placed") }
//!             }
//!         }
//!     })
//!     .run(shutdown.wait())
//!     .await?;                                                        // acknowledged after the receiver succeeded
//! assert_eq!(consumed.processed, 1);
//! assert_eq!(bus.published::<OrderPlaced>(), [OrderPlaced { id: "A-17".into() }]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).expect("the bus is in memory");
//! ```

mod codec;
mod event;
mod history;
mod key;
#[doc(hidden)]
pub mod private;
mod schema;
pub mod single_object;
pub mod wire;

#[cfg(feature = "bus")]
pub mod backend;
#[cfg(feature = "bus")]
pub mod blocking;
#[cfg(feature = "bus")]
mod bus;
#[cfg(feature = "bus")]
mod clock;
#[cfg(feature = "bus")]
mod consumer;
#[cfg(feature = "bus")]
pub mod envelope;
#[cfg(feature = "bus")]
mod memory;
#[cfg(feature = "bus")]
mod metadata;
#[cfg(feature = "bus")]
mod publisher;
#[cfg(feature = "bus")]
mod reader;
#[cfg(feature = "bus")]
mod shutdown;
#[cfg(feature = "bus")]
mod signals;
#[cfg(all(feature = "bus", any(test, feature = "testing")))]
pub mod testing;

pub use codec::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, EncodeError,
    Encoder, Expected, MAX_EMPTY_ITEMS, MAX_NESTING, Symbol, decode, decode_into, encode, encode_to_vec,
};
pub use event::{Event, EventType};
pub use history::{Accepted, History};
pub use key::{AsKey, Key};
pub use schema::{SchemaError, schema_of};
pub use signalbook_model as model;

#[cfg(feature = "bus")]
pub use {
    bus::{Bus, Connect, ConnectError, MemoryBus, Scheme},
    clock::{Clock, ManualClock, SystemClock},
    consumer::{
        ConsumeError, Consumed, Consumer, DeadLetter, Failure, Outcome, RawConsumer, RawMessage, Received,
        Retry, UnknownType,
    },
    memory::MemoryBackend,
    metadata::{LibraryVersion, Metadata, Time, TimeError},
    publisher::{DEFAULT_MAX_BYTES, ProducerConfig, PublishError, Published, Publisher, TopicConfig},
    reader::{
        FingerprintLookup, Framing, Lookup, Plan, ReadError, ReadProblem, Reader, SchemaLookup, Writers,
        decode_resolved,
    },
    shutdown::Shutdown,
    signals::{Captured, Response, SignalError, Signals},
};
