//! The registry language of Signalbook: the parser, the checks, and the generator of Avro schemas and Rust
//! code.
//!
//! A build script needs one function, [`compile`]. It runs three steps: [`read()`] reads the files,
//! [`check()`] makes a [`Contract`] of them and collects all findings with their locations, and [`emit`]
//! generates schemas and code.
//!
//! ```
//! use signalbook_codegen::{Options, Sources, check, emit};
//!
//! let mut sources = Sources::new();
//! sources.add("schemas/shop.toml", r#"
//! namespace = "com.example.shop"
//!
//! [types.Order]
//! doc = "What a customer ordered."
//! fields = { id = "uuid", lines = "list<string>" }
//!
//! [events."order.placed.v1"]
//! doc  = "A customer placed an order."
//! key  = "order.id"
//! data = { order = "Order" }
//! "#);
//! let checked = check(&sources, &Options::default());
//! assert_eq!(checked.findings, []);
//!
//! let contract = checked.contract.expect("there are no errors");
//! let schema = contract.registry.schema("com.example.shop.order.placed.v1")?;
//! assert!(schema.to_json().starts_with(r#"{"type":"record","name":"CloudEvent""#));
//! # Ok::<(), signalbook_model::ProjectionError>(())
//! ```
//!
//! `docs/registry.md` describes the language, and [`rules`] lists the rules.
//!
//! # Features
//!
//! - `json-schema`: adds the JSON Schemas of the language, for editors.

mod check;
mod compile;
mod contract;
pub mod edit;
pub mod emit;
mod key;
mod lint;
mod locate;
mod lower;
mod read;
mod rules;
mod rust_type;
mod settings;
mod syntax;
mod words;

pub use check::{Checked, Options, check, rules};
pub use compile::{Error, Result, compile};
pub use contract::{
    Contract, Deprecation, Enum, EventDef, Field, Fixed, Record, Scalar, Shape, TypeDef, TypeKind,
};
pub use read::{ReadError, files, read};
pub use settings::{Addition, DateTimeWire, Outputs, RustSettings, SchemaDocs, Settings, UuidWire};
pub use signalbook_diagnostics::Sources;
#[cfg(feature = "json-schema")]
pub use syntax::schema::{registry_schema, settings_schema};
pub use syntax::{Builtin, Spanned, type_text};
