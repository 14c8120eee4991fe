use signalbook_history::Files;

use super::unread::Unread;
use crate::failure::Failure;

/// The maximum size of a file.
const MOST_OF_A_FILE: u64 = 16 << 20;
/// The maximum size of all files together.
const MOST_OF_ALL: u64 = 256 << 20;

/// The files that a baseline uses, in memory. Paths are separated by `/`.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: Files,
    size: u64,
    /// What a reader left out.
    unread: Vec<Unread>,
}

impl Tree {
    /// Whether a baseline uses a file of this name: registry files and schemas.
    pub(crate) fn wants(path: &str) -> bool {
        let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
        matches!(extension, Some((_, "toml" | "avsc")))
    }

    /// Checks that a file of `size` bytes may be added.
    ///
    /// # Errors
    /// Returns a failure that names the limit.
    pub(crate) fn admit(&self, path: &str, size: u64) -> Result<(), Failure> {
        let (limit, what) = if size > MOST_OF_A_FILE {
            (MOST_OF_A_FILE, format!("`{path}` has"))
        } else if self.size.saturating_add(size) > MOST_OF_ALL {
            (MOST_OF_ALL, "its files together have".to_owned())
        } else {
            return Ok(());
        };
        Err(Failure::new(format!("the baseline is too large: {what} more than {} MiB", limit >> 20)))
    }

    /// Adds a file after [`admit`](Self::admit). It replaces a file with the same path.
    pub(crate) fn insert(&mut self, path: String, bytes: Vec<u8>) {
        self.size += bytes.len() as u64;
        self.files.insert(path, bytes);
    }

    /// Records a file or folder that the baseline uses, and that cannot be read.
    pub(crate) fn leave_out(&mut self, path: impl Into<String>, reason: &str) {
        self.unread.push(Unread { name: path.into(), reason: reason.to_owned() });
    }

    /// What cannot be read.
    pub(crate) fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Whether the baseline has no files, read or not.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.unread.is_empty()
    }

    /// The files, sorted by path.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Returns the files.
    pub(crate) fn into_files(self) -> Files {
        self.files
    }

    #[cfg(feature = "archive")]
    /// Keeps the files in the folder `path`, which ends in `/` or is empty for all files. Their paths become
    /// relative to the folder.
    #[must_use]
    pub(crate) fn below(mut self, path: &str) -> Self {
        let inner = |(name, bytes): (String, Vec<u8>)| Some((name.strip_prefix(path)?.to_owned(), bytes));
        self.files = self.files.into_iter().filter_map(inner).collect();
        self.unread.retain(|unread| unread.name.starts_with(path));
        self
    }
}
