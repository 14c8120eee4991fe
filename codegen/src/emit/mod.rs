//! Generates Avro schemas and Rust code from a registry.

mod avro;
mod rust;

pub use avro::{CurrentEventError, SchemaText, avro, current_events, projection};
pub use rust::{event_paths, registry_rust_types, rust, rust_types};
