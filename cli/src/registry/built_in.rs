//! The built-in registry, that of Open edX.

use std::path::Path;

use signalbook_diagnostics::Sources;

use crate::failure::Failure;

/// Its name.
pub(crate) const OPENEDX: &str = "openedx";

/// Whether `root` is the name of the built-in registry.
pub(crate) fn is_built_in(root: &Path) -> bool {
    root == Path::new(OPENEDX)
}

/// Returns its files.
#[cfg(feature = "openedx")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the registry returns an error")]
pub(super) fn sources() -> Result<Sources, Failure> {
    let mut sources = Sources::new();
    for (name, text) in signalbook::openedx::REGISTRY {
        sources.add(format!("{OPENEDX}/{name}"), text);
    }
    Ok(sources)
}

/// Returns an error: this build does not contain the registry.
#[cfg(not(feature = "openedx"))]
pub(super) fn sources() -> Result<Sources, Failure> {
    Err(Failure::new("this build does not contain the Open edX registry")
        .help("build with the feature `openedx`, or write `./openedx` for a folder of that name"))
}
