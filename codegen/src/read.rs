//! Reads the files of a registry. No other code of this crate reads files.

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

/// Reads the files of the registry in `root`: every `*.toml` in the folder and its subfolders, sorted by
/// name. Folders called `history` are skipped. Links to folders are not followed, because they can form a
/// cycle. Findings show the path of each file, which begins with `root`.
///
/// # Errors
/// Fails if a file or folder cannot be read.
pub fn read(root: &Path) -> Result<Sources, ReadError> {
    let mut sources = Sources::new();
    for path in files(root)? {
        let failed = |source| ReadError { path: path.clone(), source };
        sources.add_bytes(path.display().to_string(), fs::read(&path).map_err(failed)?);
    }
    Ok(sources)
}

/// Returns the files that [`read`] reads.
///
/// # Errors
/// Fails if a folder cannot be read.
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
