//! The registry that the tool brings along.

use std::path::Path;

/// Its name.
pub(crate) const OPENEDX: &str = "openedx";

/// Whether `root` names it, and no folder.
pub(crate) fn is_built_in(root: &Path) -> bool {
    root == Path::new(OPENEDX)
}
