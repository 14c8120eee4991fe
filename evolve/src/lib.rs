//! Decides what a change of an Avro schema breaks.
//!
//! [`check`] says whether one schema reads what another wrote, as Apache Avro's reference for Java decides it, and why
//! not. [`breaches`] asks that of a new version and its history under a compatibility [`Mode`]. A [`Graph`] is a schema
//! made ready to be compared many times.
//!
//! # Quick start
//!
//! ```
//! use signalbook_evolve::{Direction, Kind, Mode, breaches, check};
//! use signalbook_model::Schema;
//!
//! let old = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [{"name": "user", "type": "int"}]}"#)?;
//! let new = Schema::parse(r#"{"type": "record", "name": "Grade", "fields": [
//!     {"name": "user", "type": "long"}, {"name": "grade", "type": "double"}]}"#)?;
//!
//! let backward = check(&new, &old);
//! assert_eq!(backward.incompatibilities[0].kind, Kind::ReaderFieldMissingDefaultValue);
//! assert_eq!(backward.incompatibilities[0].pointer, "/fields/1");
//!
//! let breaches = breaches(Mode::ForwardTransitive, &new, [&old]);
//! assert_eq!(breaches[0].direction, Direction::Forward);
//! assert_eq!(
//!     breaches[0].compatibility.incompatibilities[0].to_string(),
//!     "TYPE_MISMATCH at `/fields/0/type`: the writer's `long` cannot be read as the reader's `int`"
//! );
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```

mod check;
mod frame;
mod graph;
mod hash;
mod history;
mod index;
mod mode;
mod problem;
mod report;
mod verdict;
mod walk;

pub use check::check;
pub use graph::Graph;
pub use history::{Breach, breaches};
pub use mode::{Direction, Mode, UnknownMode};
pub use verdict::{Compatibility, Incompatibility, Kind, MOST_LISTED, Verdict};
