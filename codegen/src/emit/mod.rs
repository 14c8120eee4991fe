//! What comes out of a contract, as text: Avro schemas and Rust code.

mod avro;
mod rust;

pub use avro::{SchemaText, avro, projection};
pub use rust::{event_paths, rust};
