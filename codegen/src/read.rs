//! The one place that opens files.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use signalbook_diagnostics::Sources;

/// A file of a registry that could not be read.
#[derive(Debug)]
pub struct ReadError {
    /// The file or folder.
    pub path: PathBuf,
    source: io::Error,
}

/// The files of the registry in `root`: every `*.toml` in the folder and the folders below it, in the order of their
/// names, except below a folder called `history`. Links to folders are not followed, as they may lead back. Findings will call them by `root` and what follows it.
///
/// # Errors
/// The first file or folder that cannot be read.
pub fn read(root: &Path) -> Result<Sources, ReadError> {
    let mut sources = Sources::new();
    for path in files(root)? {
        let failed = |source| ReadError { path: path.clone(), source };
        sources.add_bytes(path.display().to_string(), fs::read(&path).map_err(failed)?);
    }
    Ok(sources)
}

/// The files that [`read`] would read.
///
/// # Errors
/// As [`read`].
pub fn files(root: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |source| ReadError { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_type().map_err(failed)?.is_dir() {
                if entry.file_name() != "history" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "toml") && !path.is_dir() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}`", self.path.display())
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
