//! Typed events from a signal registry.
//!
//! An event is a struct. Its derive implements its schema, its codec and its key:
//!
//! ```
//! use signalbook::{Event, Key, Record};
//!
//! #[derive(Clone, signalbook::Debug, PartialEq, Event)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "order.id", topics = ["orders"])]
//! struct OrderPlaced {
//!     order: Order,
//!     coupon: Option<String>,
//! }
//!
//! #[derive(Clone, signalbook::Debug, PartialEq, Record)]
//! #[record(name = "com.example.shop.Order")]
//! struct Order {
//!     id: String,
//!     #[avro(pii = "email")]
//!     customer: String,
//!     quantities: Vec<i32>,
//! }
//!
//! let order = Order { id: "A-17".into(), customer: "ada@example.com".into(), quantities: vec![1, 2] };
//! let event = OrderPlaced { order, coupon: None };
//!
//! let mut bytes = Vec::new();
//! signalbook::encode(&event, &mut bytes)?;
//! assert_eq!(bytes, b"\x08A-17\x1eada@example.com\x04\x02\x04\0\0");
//! assert_eq!(signalbook::decode::<OrderPlaced>(&bytes)?, event);
//!
//! assert_eq!(event.key(), Some(Key::String("A-17".into())));
//! assert!(format!("{event:?}").contains("customer: <redacted: email>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[allow(unused_extern_crates, reason = "the derives refer to the crate by name, and may be used within it")]
extern crate self as signalbook;

#[cfg(feature = "bus")]
pub mod blocking;
#[cfg(feature = "bus")]
mod connect;
#[cfg(feature = "bus")]
mod history;
mod include;
#[cfg(feature = "openedx")]
pub mod openedx;
#[cfg(feature = "ctrlc")]
mod shutdown;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "bus")]
pub use connect::{SCHEMES, connect, connect_with, sqlite_file};
#[cfg(feature = "bus")]
pub use history::{history_fingerprints, history_folder};
#[cfg(feature = "ctrlc")]
pub use shutdown::shutdown_on_ctrl_c;
#[doc(hidden)]
pub use signalbook_codec::private;
#[cfg(feature = "jiff")]
pub use signalbook_codec::wire::DateTime;
pub use signalbook_codec::{
    Accepted, AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs,
    EncodeError, Encoder, Event, EventType, Expected, History, Key, MAX_EMPTY_ITEMS, MAX_NESTING,
    SchemaError, Symbol, decode, decode_into, encode, encode_to_vec, model, registry_of, schema_of,
    single_object, wire, wire::Duration,
};
#[cfg(feature = "confluent")]
pub use signalbook_confluent::{RegistryError, SchemaRegistry};
pub use signalbook_macros::{Debug, Enum, Event, Record};
#[cfg(feature = "opentelemetry")]
pub use signalbook_runtime::OpenTelemetry;
#[cfg(feature = "bus")]
pub use signalbook_runtime::{
    Attempt, Bus, CallContext, Captured, Clock, Connect, ConnectError, ConsumeError, ConsumeProblem,
    Consumed, Consumer, DEFAULT_MAX_BYTES, DeadLetter, EventBatch, Events, ExtensionError, Extensions,
    Failure, FingerprintLookup, Framing, Instrument, Layer, LibraryVersion, Lookup, ManualClock, Measurement,
    MemoryBackend, MemoryBus, Metadata, Metric, NoState, Observer, Outcome, Plan, ProducerConfig,
    PublishError, Published, Publisher, Publishing, Pulled, RawBatch, RawConsumer, RawMessage, ReadError,
    ReadProblem, Reader, Received, ReceiverCall, RecordSchemas, Refusal, RelayError, Response, Retry,
    SchemaLookup, SchemaLookups, Scheme, Sealed, SealedError, Secret, SendError, Sending, Settings, Shutdown,
    SignalError, Signals, StoredSchema, StoredSchemaError, SystemClock, Text, Time, TimeError, TopicConfig,
    TraceContext, UnknownEventTypes, UnknownType, WithState, backend, decode_resolved, envelope,
};
