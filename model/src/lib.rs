//! The data model of events that all parts of Signalbook use.
//!
//! A [`Registry`] contains the types and the events of a project, by qualified name. A [`Schema`] is an Avro
//! schema, of an event or from an `.avsc` file: a root type and the named types that it uses. Both consist of
//! [`Type`]s and [`Definition`]s. [`Registry::schema`] makes the schema of an event from a registry.
//!
//! The crate contains only data and does no I/O. Without features, it has one dependency, which splits names
//! into words.
//!
//! # Quick start
//!
//! ```
//! use signalbook_model::Schema;
//!
//! let schema = Schema::parse(r#"{"type": "record", "name": "Order", "namespace": "shop",
//!     "doc": "An order of a customer.",
//!     "fields": [{"name": "id", "type": "string"}, {"name": "quantity", "type": "int", "default": 1}]}"#)?;
//! assert_eq!(
//!     schema.to_canonical_form(),
//!     r#"{"name":"shop.Order","type":"record","fields":[{"name":"id","type":"string"},{"name":"quantity","type":"int"}]}"#
//! );
//! assert_eq!(schema.fingerprint(), 0xea4f_f135_5829_78fc);
//!
//! let error = Schema::parse(r#"{"type": "array", "items": "Order"}"#).unwrap_err();
//! assert_eq!(error.pointer, "/items");
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```
//!
//! # Features
//!
//! - `json`: schemas as JSON text, [`Schema::parse`] and [`Schema::to_json`].
//! - `digest`: MD5 and SHA-256 fingerprints; CRC-64-AVRO needs no feature.

#[cfg(feature = "json")]
mod avro;
mod builder;
mod canonical;
mod default;
mod definition;
mod definition_matches;
mod event;
mod event_schema;
mod facts;
mod fingerprint;
pub mod fixed_names;
mod json;
mod key_path;
mod logical;
mod logical_text;
mod mode;
mod name;
mod path;
mod primitive;
mod registry;
pub mod rust;
mod schema;
mod similar;
mod types;
pub mod value_path;

#[cfg(feature = "json")]
pub use avro::{SchemaError, SchemaNames, SchemaProblem, escape_controls};
pub use builder::{BuildError, Builder, Conflict};
pub use default::{
    Branches, DefaultError, DefaultForm, DefaultReader, DefaultValue, null_or_first, plain_default,
};
pub use definition::{Attributes, Definition, Enum, Field, Fixed, FixedLogical, Order, Record};
pub use definition_matches::DefinitionMatches;
pub use event::{Deprecation, Event, Stability, TypeNames};
pub use event_schema::{Projection, ProjectionError};
pub use facts::{Facts, KeyFact};
pub use fingerprint::crc64_avro;
pub use json::Json;
pub use key_path::{KeyEnd, KeyPath};
pub use logical::TimeKind;
pub use logical_text::{TextError, is_date_time};
pub use mode::{Direction, Mode, UnknownMode};
pub use name::{Name, is_legal_avro_part};
pub use path::Path;
pub use primitive::{Primitive, PrimitiveValue};
pub use registry::Registry;
pub use schema::Schema;
pub use similar::similar;
pub use types::{Annotated, Logical, MAX_NESTING, Type};
