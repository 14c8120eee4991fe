use std::fmt;

use signalbook_model::Name;

use crate::read::sha256;
use crate::{CurrentEvent, Entry, Files, History, Retirement, Status};

/// A change of the files of a history. Changes only add files or text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileChange {
    /// Creates a new file.
    Create {
        /// Its path below the history's folder.
        path: String,
        /// The contents.
        text: String,
    },
    /// Appends text to an existing file.
    Append {
        /// Its path below the history's folder.
        path: String,
        /// The text to append.
        text: String,
    },
}

/// Why a change was not made. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The file already exists, and accepted files are never overwritten.
    Exists(String),
    /// The file does not exist.
    Missing(String),
}

impl History {
    /// Returns the changes that accept `current`. Empty if it is already accepted, or its minor version must
    /// change first.
    pub fn accept(&self, current: &CurrentEvent) -> Vec<FileChange> {
        let path = |extension| format!("{}/{}.{extension}", current.event_type, current.minor);
        match self.status(current) {
            Status::Accepted | Status::Misnumbered { .. } => Vec::new(),
            Status::New => {
                let sha256 = sha256(current.text.as_bytes());
                let entry = Entry::new(sha256, current.origin, current.facts.clone());
                vec![
                    FileChange::Create { path: path("avsc"), text: current.text.clone() },
                    FileChange::Create { path: path("toml"), text: entry.to_toml() },
                ]
            }
            Status::Revised { .. } => {
                vec![FileChange::Append { path: path("toml"), text: Entry::revision(&current.facts) }]
            }
        }
    }

    /// Returns the change that retires an accepted version. Returns `None` if it does not exist or is already
    /// retired.
    pub fn retire(&self, event_type: &Name, minor: u32, retirement: &Retirement) -> Option<FileChange> {
        let version = self.version(event_type, minor)?;
        let path = format!("{event_type}/{minor}.toml");
        let text = Entry::retirement(retirement);
        version.entry.retired.is_none().then_some(FileChange::Append { path, text })
    }
}

impl FileChange {
    /// Returns the path of the file, below the history's folder.
    pub fn path(&self) -> &str {
        match self {
            Self::Create { path, .. } | Self::Append { path, .. } => path,
        }
    }

    /// Returns the contents of the file after the change. `before` is the existing file.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn after(&self, before: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
        match (self, before) {
            (Self::Create { text, .. }, None) => Ok(text.clone().into_bytes()),
            (Self::Append { text, .. }, Some(before)) => {
                let mut after = before.to_vec();
                if !after.ends_with(b"\n") {
                    after.push(b'\n');
                }
                after.extend_from_slice(text.as_bytes());
                Ok(after)
            }
            (Self::Create { path, .. }, Some(_)) => Err(Refused::Exists(path.clone())),
            (Self::Append { path, .. }, None) => Err(Refused::Missing(path.clone())),
        }
    }

    /// Makes the change in memory.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn apply(&self, files: &mut Files) -> Result<(), Refused> {
        let after = self.after(files.get(self.path()).map(Vec::as_slice))?;
        files.insert(self.path().to_owned(), after);
        Ok(())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => {
                write!(f, "`{path}` already exists, and accepted files are never overwritten")
            }
            Self::Missing(path) => write!(f, "`{path}` does not exist"),
        }
    }
}

impl std::error::Error for Refused {}
