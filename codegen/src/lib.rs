//! The registry language of Signalbook: parser, checks, and the Avro schemas and Rust code that come out.

mod check;
mod constant;
mod contract;
pub mod emit;
#[expect(dead_code, reason = "the lint of keys reads the details")]
mod key;
mod lower;
mod read;
#[expect(dead_code, reason = "listed by the lints")]
mod rules;
mod settings;
mod similar;
mod syntax;
mod words;

pub use check::{Checked, check};
pub use contract::{
    Contract, Deprecation, Enum, EventDef, Field, Fixed, Record, Scalar, Shape, TypeDef, TypeKind,
};
pub use read::{ReadError, files, read};
pub use settings::{
    Addition, Compatibility, DateTimeWire, Outputs, RustSettings, SchemaDocs, Settings, UuidWire,
};
pub use syntax::{Builtin, Spanned};
