use signalbook_history::Files;

use crate::failure::Failure;

/// The largest file that is read.
const MOST_OF_A_FILE: u64 = 16 << 20;
/// The most that all files come to.
const MOST_OF_ALL: u64 = 256 << 20;

/// The files of a baseline that may matter, in memory, by their paths with `/` between the parts.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: Files,
    size: u64,
}

impl Tree {
    /// Whether a file of that name may matter: declarations and schemas do.
    pub(crate) fn wants(path: &str) -> bool {
        let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
        matches!(extension, Some((_, "toml" | "avsc")))
    }

    /// Whether a file of `size` bytes may be read beside those that there are.
    ///
    /// # Errors
    /// The limit that it is beyond.
    pub(crate) fn admit(&self, path: &str, size: u64) -> Result<(), Failure> {
        let (limit, what) = if size > MOST_OF_A_FILE {
            (MOST_OF_A_FILE, format!("`{path}` has"))
        } else if self.size.saturating_add(size) > MOST_OF_ALL {
            (MOST_OF_ALL, "its files have together".to_owned())
        } else {
            return Ok(());
        };
        Err(Failure::new(format!("the baseline is no registry: {what} more than {} MiB", limit >> 20)))
    }

    /// Adds a file that was admitted; one of the same path gives way.
    pub(crate) fn insert(&mut self, path: String, bytes: Vec<u8>) {
        self.size += bytes.len() as u64;
        self.files.insert(path, bytes);
    }

    /// The files, in the order of their paths.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// The files themselves.
    pub(crate) fn into_files(self) -> Files {
        self.files
    }

    #[cfg(feature = "archive")]
    /// What lies in the folder `path`, which ends in `/` or is empty for everything; paths begin there.
    #[must_use]
    pub(crate) fn below(mut self, path: &str) -> Self {
        let inner = |(name, bytes): (String, Vec<u8>)| Some((name.strip_prefix(path)?.to_owned(), bytes));
        self.files = self.files.into_iter().filter_map(inner).collect();
        self
    }
}
