use signalbook_model::{Name, Path};

use crate::Span;

/// Finds where something is written.
///
/// The sources of a registry implement it; what judges registries takes it as data, and so needs no parser. What has no
/// sources, a hand-written event for one, has no spans.
pub trait Locate {
    /// Where `path` is written in the registry, if it is.
    fn registry(&self, path: &Path) -> Option<Span>;

    /// Where the registry says what the schema of `event` does not hold: its `key`, its `topics`.
    fn fact(&self, _event: &Name, _fact: &str) -> Option<Span> {
        None
    }

    /// Where `part` of the accepted version of `event` with this minor version is written.
    ///
    /// Without files of what was accepted there is no such place.
    fn accepted(&self, _event: &Name, _minor: u32, _part: Part<'_>) -> Option<Span> {
        None
    }
}

/// A part of an accepted version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Of its schema.
    Schema {
        /// The JSON pointer (RFC 6901) that leads there.
        pointer: &'a str,
        /// What the registry calls it.
        path: Option<&'a Path>,
    },
    /// What its schema does not hold: its `key`, its `topics`, its `producer`.
    Fact(&'a str),
}
