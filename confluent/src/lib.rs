//! The client of Signalbook for schema registries with Confluent's interface over HTTP. It never writes to a
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
mod references;
mod registered;

pub use client::SchemaRegistry;
pub use error::RegistryError;
pub use registered::{Reference, Registered};
