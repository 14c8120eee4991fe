//! The one description of events that every part of Signalbook shares.
//!
//! Two values live here. A [`Registry`] is a contract: the types and the events of a team, by qualified name. A
//! [`Schema`] is Avro's view of one event (or of a foreign `.avsc`): one root and the named types below it. Both are made
//! of the same [`Type`]s and [`Definition`]s; [`Registry::schema`] projects the one to the other.
//!
//! The crate is data: it opens no file, and without features it has no dependency.

mod builder;
mod definition;
mod event;
mod json;
mod name;
mod registry;
mod schema;
mod types;

pub use builder::{Builder, Conflict};
pub use definition::{Attributes, Definition, Enum, Field, Fixed, FixedLogical, Order, Record};
pub use event::{Deprecation, Event, Stability, TypeNames};
pub use json::Json;
pub use name::Name;
pub use registry::Registry;
pub use schema::Schema;
pub use types::{Annotated, Logical, Type};
