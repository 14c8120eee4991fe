//! Committed files that the tool writes.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// What generation came to: files by path, and the path of every file that is as it should be once they are written.
#[derive(Debug, Default)]
pub(crate) struct Outputs(BTreeMap<PathBuf, String>);

impl Outputs {
    /// Adds a file.
    pub(crate) fn add(&mut self, path: PathBuf, text: String) {
        self.0.insert(path, text);
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The files that are missing, or hold something else.
    pub(crate) fn stale(&self) -> Result<Vec<&Path>, Failure> {
        let mut stale = Vec::new();
        for (path, text) in &self.0 {
            let up_to_date = match fs::read(path) {
                Ok(there) => there == text.as_bytes(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => false,
                Err(error) => return Err(Failure::file("read", path, error)),
            };
            if !up_to_date {
                stale.push(path.as_path());
            }
        }
        Ok(stale)
    }

    /// Writes those that are stale, each as a whole, and says how many.
    pub(crate) fn write(&self) -> Result<usize, Failure> {
        let stale = self.stale()?;
        for path in &stale {
            replace(path, self.0[*path].as_bytes())?;
        }
        Ok(stale.len())
    }
}

/// Writes beside and renames: whoever reads the file meanwhile sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, error))?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // What is left of it is of no use to anyone; that it cannot be removed is no news either.
        let _ = fs::remove_file(&beside);
        Failure::file("write", path, error)
    })
}
