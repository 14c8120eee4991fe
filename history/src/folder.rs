//! A history in a folder.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use crate::{FileChange, Files};

/// A file or folder of a history that could not be read or written.
#[derive(Debug)]
pub struct FolderError {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// The operation that failed.
    attempt: &'static str,
    source: io::Error,
}

/// Reads the files below `folder`. Returns no files if the folder does not exist. Links are not followed.
///
/// # Errors
/// Returns the first file or folder that cannot be read.
pub fn read(folder: &Path) -> Result<Files, FolderError> {
    let mut files = Files::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = |source| FolderError { path: folder.clone(), attempt: "read", source };
        let entries = match fs::read_dir(&folder) {
            Err(error) if prefix.is_empty() && error.kind() == io::ErrorKind::NotFound => break,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push((path, format!("{name}/")));
            } else if kind.is_file() {
                let bytes = fs::read(&path);
                files.insert(name, bytes.map_err(|source| FolderError { path, attempt: "read", source })?);
            }
        }
    }
    Ok(files)
}

/// Makes `changes` in `folder`. Each file is written under a temporary name and then renamed, so that readers
/// only see complete files. [`FileChange::Create`] never replaces an existing file.
///
/// # Errors
/// Returns the first change that cannot be made. The changes before it are made.
pub fn write(folder: &Path, changes: &[FileChange]) -> Result<(), FolderError> {
    for change in changes {
        let path = folder.join(change.path());
        make(&path, change).map_err(|source| FolderError { path, attempt: "write", source })?;
    }
    Ok(())
}

fn make(path: &Path, change: &FileChange) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let before = match fs::read(path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let after = change
        .after(before.as_deref())
        .map_err(|refused| io::Error::new(io::ErrorKind::AlreadyExists, refused))?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.new", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let made = fs::write(&temporary, after).and_then(|()| match change {
        // A link fails if the file exists by now. A rename would replace it.
        FileChange::Create { .. } => match fs::hard_link(&temporary, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => take(&temporary, path),
            linked => linked,
        },
        FileChange::Append { .. } => fs::rename(&temporary, path),
    });
    // The temporary file is no longer needed. If it cannot be removed, this is not an error.
    let _ = fs::remove_file(&temporary);
    made
}

/// Renames `temporary` to `path` on a file system without links. An empty file reserves the name first, so
/// that an existing file is not replaced.
fn take(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::File::create_new(path)?;
    fs::rename(temporary, path).inspect_err(|_| {
        // Remove the empty file.
        let _ = fs::remove_file(path);
    })
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`", self.attempt, self.path.display())
    }
}

impl std::error::Error for FolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_links_a_file_is_created_but_not_replaced() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (temporary, path) = (folder.path().join("0.avsc.new"), folder.path().join("0.avsc"));
        fs::write(&temporary, "new").expect("the folder can be written");
        take(&temporary, &path).expect("the path is free");
        assert_eq!(fs::read(&path).expect("the file was created"), b"new");
        assert!(!temporary.exists());

        fs::write(&temporary, "newer").expect("the folder can be written");
        let refused = take(&temporary, &path).expect_err("the file exists");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("the file is unchanged"), b"new");

        fs::remove_file(&path).and_then(|()| fs::remove_file(&temporary)).expect("both files exist");
        take(&temporary, &path).expect_err("the source does not exist");
        assert!(!path.exists(), "the empty file was removed");
    }
}
