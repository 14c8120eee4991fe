//! The runtime of Signalbook: what generated code and derives call, and what carries events.
//!
//! Small on purpose: no network, no executor, no timer of its own. Programs depend on the facade `signalbook`, which
//! re-exports it; backends depend on this crate.
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

pub mod backend;
pub mod blocking;
mod bus;
mod clock;
mod codec;
mod consumer;
pub mod envelope;
mod event;
mod history;
mod key;
mod memory;
mod metadata;
#[doc(hidden)]
pub mod private;
mod publisher;
mod reader;
mod schema;
mod shutdown;
mod signals;
pub mod single_object;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;

pub use bus::{Bus, Connect, ConnectError, MemoryBus, Scheme};
pub use clock::{Clock, ManualClock, SystemClock};
pub use codec::{
    Branch, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, EncodeError, Encoder,
    Expected, Kind, MAX_EMPTY_ITEMS, MAX_NESTING, Symbol, decode, decode_into, encode, encode_to_vec,
};
pub use consumer::{
    ConsumeError, Consumed, Consumer, DeadLetter, Failure, Outcome, RawConsumer, RawMessage, Received, Retry,
    UnknownType,
};
pub use event::{Event, EventType};
pub use history::{Accepted, History};
pub use key::{AsKey, Key};
pub use memory::MemoryBackend;
pub use metadata::{LibraryVersion, Metadata, Time, TimeError};
pub use publisher::{DEFAULT_MAX_BYTES, ProducerConfig, PublishError, Published, Publisher, TopicConfig};
pub use reader::{Lookup, ReadError, ReadProblem, Reader};
pub use schema::{SchemaError, schema_of};
pub use shutdown::Shutdown;
pub use signalbook_model as model;
pub use signals::{Captured, Response, SignalError, Signals};
