//! The registry language of Signalbook: parser, checks, and the Avro schemas and Rust code that come out.

mod check;
mod compile;
mod contract;
pub mod emit;
mod event_type;
mod key;
mod lint;
mod lower;
mod read;
mod rules;
mod settings;
mod similar;
mod syntax;
mod words;

pub use check::{Checked, Options, check, rules};
pub use compile::{Error, Result, compile};
pub use contract::{
    Contract, Deprecation, Enum, EventDef, Field, Fixed, Record, Scalar, Shape, TypeDef, TypeKind,
};
pub use read::{ReadError, files, read};
pub use settings::{
    Addition, Compatibility, DateTimeWire, Outputs, RustSettings, SchemaDocs, Settings, UuidWire,
};
pub use syntax::{Builtin, Spanned};
