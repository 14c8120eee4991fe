//! The built-in registry.

use std::path::Path;

/// Its name.
pub(crate) const OPENEDX: &str = "openedx";

/// Whether `root` is the name of the built-in registry.
pub(crate) fn is_built_in(root: &Path) -> bool {
    root == Path::new(OPENEDX)
}
