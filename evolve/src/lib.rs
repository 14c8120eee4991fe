//! Finds out what a change of an Avro schema breaks, and how it changes the meaning of data that can still be
//! read.
//!
//! - [`check`] returns whether one schema can read data of another, as Apache Avro's reference for Java
//!   decides it, with the reasons. [`breaches`] compares a new version with its history in a compatibility
//!   [`Mode`](signalbook_model::Mode). [`rollout`] returns the order in which services can adopt the new
//!   version.
//! - [`incompatibilities`] returns the root causes, each with its location and an event that shows it.
//! - [`changes`] finds what such a check does not detect: units, scales, defaults, lossy unions, lost
//!   renames.
//! - [`migration`] returns an intermediate schema if a version can be reached in two steps but not in one.
//! - [`VersionPair`] compares two versions in both directions, for a gate. The [`RULES`] describe the
//!   findings.
//!
//! # Quick start
//!
//! ```
//! use signalbook_evolve::{IncompatibilityKind, Rollout, breaches, changes, check, rollout};
//! use signalbook_model::{Direction, Mode, Schema};
//!
//! let old = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [
//!     {"name": "user", "type": "int"},
//!     {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#)?;
//! let new = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [
//!     {"name": "user", "type": "long"},
//!     {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
//!     {"name": "grade", "type": "double", "default": 0}]}"#)?;
//!
//! assert!(check(&new, &old).is_compatible());
//! assert_eq!(rollout(&new, &old), Rollout::ConsumersFirst);
//!
//! let breaches = breaches(Mode::ForwardTransitive, &new, [&old]);
//! assert_eq!((breaches[0].version, breaches[0].direction), (0, Direction::Forward));
//! let reason = &breaches[0].compatibility.incompatibilities[0];
//! assert_eq!((reason.kind, reason.pointer.as_str()), (IncompatibilityKind::TypeMismatch, "/fields/0/type"));
//! assert_eq!(reason.message, "the writer's `long` cannot be read as the reader's `int`");
//!
//! let change = &changes(&new, &old)[0];
//! assert_eq!(change.rule.id, "time-unit-changed");
//! assert_eq!(change.title, "`at` was `timestamp-millis` and is `timestamp-micros`");
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```
//!
//! # Rules and fixes
//!
//! The rules, their levels and the fixes are types of `signalbook-diagnostics`. A [`Fix`] is data, which the
//! `Wording` of codegen turns into text of the registry language. Codegen must not depend on this crate or on
//! the gate, so the types are below all three.
//!
//! [`Fix`]: signalbook_diagnostics::Fix
//!
//! # The reference
//!
//! The verdict and the list of reasons, as a multiset of kind and pointer, are those of `SchemaCompatibility`
//! in Apache Avro for Java 1.12.1. A test compares them on generated pairs. There are three intended
//! differences:
//!
//! - If a reader's field matches several fields of the writer, the reference throws an exception. Here the
//!   verdict is incompatible, with [`IncompatibilityKind::AmbiguousAlias`] alone.
//! - The pointer of the root is empty, not `/`.
//! - A list ends after [`MOST_LISTED`] entries. The reference runs out of memory.

mod breaches;
mod explain;
mod meaning;
mod migrate;
mod pointers;
mod root_cause;
mod rules;
mod sides;
mod version_pair;
mod witness;

pub use breaches::{Breach, breaches};
pub use explain::incompatibilities;
pub use explain::pair_finding::{PairFinding, Pointers, Reported};
pub use meaning::change::{Change, changes};
pub use meaning::reused_field::{ReusedField, reused_fields};
pub use migrate::migration::{Migration, Preconditions, TwoSteps, migration};
pub use migrate::rollout::{Rollout, rollout};
pub use rules::RULES;
pub use signalbook_resolve::compat::{
    Compatibility, Graph, Incompatibility, IncompatibilityKind, MOST_LISTED, check,
};
pub use version_pair::{VersionPair, Witnesses};
pub use witness::incompatibility_witness::Witness;
