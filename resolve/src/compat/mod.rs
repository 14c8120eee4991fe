//! Compares a reader schema with a writer schema: which types, fields, symbols and branches correspond, and
//! whether the reader can read all data of the writer.
//!
//! Only this module decides it. A [`Plan`](crate::Plan) is built from its answers, and the crate
//! `signalbook-evolve` explains them.
//!
//! - [`check`] and [`Graph::check`] return the verdict of Apache Avro's `SchemaCompatibility` for Java
//!   1.12.1, with the same list of incompatibilities.
//! - [`Graph`] is a schema prepared for comparison: its types are nodes, and references are followed.
//! - [`Graph::match_field`] finds the writer's field that a reader's field reads.
//! - [`BranchChooser`] finds the branch of a reader's union that reads a writer's type.
//!
//! ```
//! use signalbook_model::Schema;
//! use signalbook_resolve::compat::{IncompatibilityKind, check};
//!
//! let old = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [
//!     {"name": "user", "type": "int"}]}"#)?;
//! let new = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [
//!     {"name": "user", "type": "long"}]}"#)?;
//!
//! assert!(check(&new, &old).is_compatible());
//! let reason = &check(&old, &new).incompatibilities[0];
//! assert_eq!((reason.kind, reason.pointer.as_str()), (IncompatibilityKind::TypeMismatch, "/fields/0/type"));
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```

mod branch;
mod checker;
mod compatibility;
mod graph;
mod names;
mod problem;
mod union_index;

pub use self::branch::{BranchChooser, Choice};
pub use self::checker::{Stopped, check};
pub use self::compatibility::{Compatibility, Incompatibility, IncompatibilityKind, MOST_LISTED};
pub use self::graph::{Enum, Field, FieldMatch, Fixed, Graph, GraphRange, Id, Node, Record};
pub use self::names::{Closeness, Names};
pub use self::problem::{Described, Problem, bytes, write_symbols};
