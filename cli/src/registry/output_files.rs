//! Committed files that `generate` and `accept` write.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Path, PathBuf},
};

use signalbook_diagnostics::Sources;

use crate::failure::Failure;

/// The files of a generation, by path.
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

    /// The files that are missing or have other content.
    pub(crate) fn stale(&self) -> Result<Vec<Stale<'_>>, Failure> {
        let mut stale = Vec::new();
        for (path, text) in &self.0 {
            let difference = match fs::read(path) {
                Ok(there) if there == text.as_bytes() => continue,
                Ok(there) => Some(Difference::first(&String::from_utf8_lossy(&there), text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(Failure::file("read", path, error)),
            };
            stale.push(Stale { path, difference });
        }
        Ok(stale)
    }

    /// The schemas in the folders of the outputs that are not outputs, usually of removed events.
    pub(crate) fn left_over(&self) -> Result<Vec<PathBuf>, Failure> {
        let is_schema = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "avsc");
        let folders: BTreeSet<_> = self.0.keys().filter(is_schema).filter_map(|path| path.parent()).collect();
        let mut left = Vec::new();
        for folder in folders {
            let failed = |error| Failure::file("read the folder", folder, error);
            let entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                left.push(folder.join(entry.map_err(failed)?.file_name()));
            }
        }
        left.retain(|path| is_schema(&path) && !self.0.contains_key(path));
        left.sort();
        Ok(left)
    }

    /// Writes the files that are out of date, and returns their number.
    pub(crate) fn write(&self) -> Result<usize, Failure> {
        let stale = self.stale()?;
        for Stale { path, .. } in &stale {
            replace(path, self.0[*path].as_bytes())?;
        }
        Ok(stale.len())
    }
}

/// Writes the sources whose text changed, and returns whether there are any.
pub(crate) fn replace_changed(before: &Sources, after: &Sources) -> Result<bool, Failure> {
    let mut changed = false;
    for ((_, old), (_, new)) in before.iter().zip(after.iter()) {
        if old.text() != new.text() {
            replace(Path::new(new.name()), new.text().as_bytes())?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Replaces a file atomically: writes a temporary file and renames it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file("create the folder", folder, error))?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.new", std::process::id()));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // Remove the temporary file. Errors are ignored.
        let _ = fs::remove_file(&temporary);
        Failure::file("write", path, error)
    })
}

/// A file that is out of date.
pub(crate) struct Stale<'o> {
    path: &'o Path,
    /// The first difference. `None` if the file is missing.
    difference: Option<Difference>,
}

/// The first line that differs from the expected text.
struct Difference {
    /// The line number, from 1.
    line: usize,
    there: Option<String>,
    expected: Option<String>,
}

impl Difference {
    fn first(there: &str, expected: &str) -> Self {
        let equal = there.split_inclusive('\n').zip(expected.split_inclusive('\n'));
        let equal = equal.take_while(|(there, expected)| there == expected).count();
        let line = |text: &str| text.lines().nth(equal).map(str::to_owned);
        Self { line: equal + 1, there: line(there), expected: line(expected) }
    }
}

impl fmt::Display for Stale<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let Some(Difference { line, there, expected }) = &self.difference else {
            return write!(f, "{path}: missing");
        };
        write!(f, "{path}:{line}: out of date")?;
        for (sign, text) in [('-', there), ('+', expected)] {
            if let Some(text) = text {
                write!(f, "\n  {sign} {}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
