//! Generates Avro schemas and Rust code from a registry.

mod avro;
mod rust;

pub use avro::{SchemaText, avro, projection};
pub use rust::{event_paths, rust, rust_types};
