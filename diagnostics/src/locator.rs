use signalbook_model::{Name, Path};

use crate::Span;

/// Finds locations in files.
///
/// The sources of a registry implement it, so that the gate does not need a parser. Items without sources,
/// such as events that are written by hand, have no location.
pub trait Locate {
    /// Returns the location of `path` in the registry.
    fn registry(&self, path: &Path) -> Option<Span>;

    /// Returns the location of a fact of `event` in the registry: `key`, `topics`.
    fn fact(&self, _event: &Name, _fact: &str) -> Option<Span> {
        None
    }

    /// Returns the location of `part` of an accepted version of `event`. Returns `None` if accepted versions
    /// are not in files.
    fn accepted(&self, _event: &Name, _minor: u32, _part: Part<'_>) -> Option<Span> {
        None
    }
}

/// A part of an accepted version.
///
/// This enum is exhaustive: a [`Locate`] must look for each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A part of the schema.
    Schema {
        /// The JSON pointer (RFC 6901).
        pointer: &'a str,
        /// The registry path.
        path: Option<&'a Path>,
    },
    /// A fact that the schema does not hold: `key`, `topics`, `producer`.
    Fact(&'a str),
}
