//! The event bus of Signalbook: publisher, consumer, signals, and the trait that backends implement.
//!
//! This crate has no network, executor or timer of its own. Programs depend on the facade `signalbook`, which
//! re-exports it; backends depend on it directly. The codec is in `signalbook-codec`.
//!
//! # Quick start
//!
//! ```
//! # use signalbook_macros::Event;
//! use signalbook_runtime::{Bus, Received, Shutdown};
//!
//! #[derive(Clone, Debug, PartialEq, Event)]
//! # #[avro(crate = signalbook_runtime)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "id", topics = ["orders"])]
//! struct OrderPlaced { id: String }
//!
//! # signalbook_runtime::blocking::block_on(async {
//! let bus = Bus::memory();
//! let publisher = bus.publisher("shop/web");
//! publisher.publish(&OrderPlaced { id: "A-17".into() }).await?; // durable when this returns
//!
//! let shutdown = Shutdown::new();
//! let consumed = bus
//!     .consumer("billing")
//!     .on({
//!         let shutdown = shutdown.clone();
//!         move |event: Received<OrderPlaced>| {
//!             let shutdown = shutdown.clone();
//!             async move {
//!                 shutdown.begin();
//!                 if event.data.id == "A-17" { Ok(()) } else { Err("unknown order") }
//!             }
//!         }
//!     })
//!     .run(shutdown.wait())
//!     .await?;                                       // acknowledged after the receiver succeeded
//! assert_eq!(consumed.processed, 1);
//! assert_eq!(bus.published::<OrderPlaced>(), [OrderPlaced { id: "A-17".into() }]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).expect("the bus is in memory");
//! ```

mod audit_log;
pub mod backend;
pub mod blocking;
mod bus;
mod clock;
mod consumer;
pub mod envelope;
mod memory;
mod metadata;
mod offload;
mod oneshot;
mod publisher;
mod reader;
mod schemas;
mod shutdown;
mod signals;
mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use bus::{Bus, Connect, ConnectError, MemoryBus, Scheme, Secret, Settings};
pub use clock::{Clock, ManualClock, SystemClock};
pub use consumer::{
    Attempt, ConsumeError, ConsumeProblem, Consumed, Consumer, DeadLetter, Events, Failure, Layer, Loss,
    NoState, Outcome, Pulled, RawBatch, RawConsumer, RawMessage, Received, ReceiverCall, Refusal, Retry,
    UnknownType, WithState,
};
pub use memory::MemoryBackend;
pub use metadata::{ExtensionError, Extensions, LibraryVersion, Metadata, Text, Time, TimeError};
pub use publisher::{
    DEFAULT_MAX_BYTES, EventBatch, ProducerConfig, PublishError, Published, Publisher, Publishing, Sealed,
    SealedError, SendError, Sending, TopicConfig,
};
pub use reader::{
    FingerprintLookup, Framing, Lookup, Plan, ReadError, ReadProblem, Reader, SchemaLookup, SchemaLookups,
    decode_resolved,
};
pub use schemas::{RecordSchemas, StoredSchema, StoredSchemaError};
pub use shutdown::Shutdown;
#[doc(hidden)]
pub use signalbook_codec::private;
pub use signalbook_codec::{
    Accepted, Decode, DecodeError, Decoder, Encode, EncodeError, Encoder, Event, EventType, Expected,
    History, Key, SchemaError, decode, encode, encode_to_vec, model, schema_of, single_object,
};
pub use signals::{Captured, RelayError, Response, SignalError, Signals, UnknownEventTypes};
#[cfg(feature = "opentelemetry")]
pub use telemetry::OpenTelemetry;
pub use telemetry::{CallContext, Instrument, Measurement, Metric, Observer, TraceContext};
