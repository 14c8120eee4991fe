use signalbook_model::{Name, Path};

use crate::Span;

/// Finds where something is written.
///
/// The sources of a registry implement it; what judges registries takes it as data, and so needs no parser. What has no
/// sources, a hand-written event for one, has no spans.
pub trait Locate {
    /// Where `path` is written in the registry, if it is.
    fn registry(&self, path: &Path) -> Option<Span>;

    /// Where `pointer`, a JSON pointer, leads to in the accepted schema of `event` with this minor version.
    ///
    /// Without a history there is no such place.
    fn accepted(&self, _event: &Name, _minor: u32, _pointer: &str) -> Option<Span> {
        None
    }
}
