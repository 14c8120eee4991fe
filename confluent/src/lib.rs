//! What Signalbook asks of a schema registry with Confluent's interface over HTTP, whoever made it. Nothing is written to a
//! registry.
//!
//! ```no_run
//! use signalbook_confluent::SchemaRegistry;
//! use signalbook_runtime::{Bus, Framing};
//!
//! let registry = SchemaRegistry::new("http://localhost:8081")?;
//! let bus = Bus::memory();
//! let consumer = bus.consumer("billing").framing(Framing::Confluent).schemas(registry.lookup());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod error;
mod joined;
mod registered;

pub use client::SchemaRegistry;
pub use error::RegistryError;
pub use registered::{Reference, Registered};
