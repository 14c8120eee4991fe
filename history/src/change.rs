use std::fmt;

use signalbook_model::Name;

use crate::read::sha256;
use crate::{Entry, Files, History, Present, Retirement, Standing};

/// A change of a history's files: they grow, and nothing in them is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A file that is not there yet.
    Create {
        /// Its path below the history's folder.
        path: String,
        /// All of it.
        text: String,
    },
    /// Text at the end of a file that is there.
    Append {
        /// Its path below the history's folder.
        path: String,
        /// What is added.
        text: String,
    },
}

/// Why a change was not made; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The file is there already, and what was accepted is never written over.
    Exists(String),
    /// The file is gone.
    Missing(String),
}

impl History {
    /// What accepts `present` as it is; nothing where that was done, or where its number has to change before.
    pub fn accept(&self, present: &Present) -> Vec<Change> {
        let path = |extension| format!("{}/{}.{extension}", present.event_type, present.minor);
        match self.standing(present) {
            Standing::Accepted | Standing::Misnumbered { .. } => Vec::new(),
            Standing::New => {
                let entry = Entry {
                    sha256: sha256(present.text.as_bytes()),
                    origin: present.origin,
                    facts: present.facts.clone(),
                    superseded: Vec::new(),
                    retired: None,
                };
                vec![
                    Change::Create { path: path("avsc"), text: present.text.clone() },
                    Change::Create { path: path("toml"), text: entry.to_toml() },
                ]
            }
            Standing::Revised { .. } => {
                vec![Change::Append { path: path("toml"), text: Entry::revision(&present.facts) }]
            }
        }
    }

    /// What retires an accepted version; nothing where there is none, or it was retired.
    pub fn retire(&self, event_type: &Name, minor: u32, retirement: &Retirement) -> Option<Change> {
        let version = self.version(event_type, minor)?;
        let path = format!("{event_type}/{minor}.toml");
        let text = Entry::retirement(retirement);
        version.entry.retired.is_none().then_some(Change::Append { path, text })
    }
}

impl Change {
    /// The path of the file, below the history's folder.
    pub fn path(&self) -> &str {
        match self {
            Self::Create { path, .. } | Self::Append { path, .. } => path,
        }
    }

    /// The file as it is after the change; `before` is what is there.
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

    /// Makes the change among files in memory.
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
                write!(f, "`{path}` is there already, and what was accepted is never written over")
            }
            Self::Missing(path) => write!(f, "`{path}` is gone"),
        }
    }
}

impl std::error::Error for Refused {}
