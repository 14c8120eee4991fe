//! Baselines: the versions of events that a registry is compared with. There is one file for each source.
//!
//! Nothing is checked out, unpacked or downloaded to a disk. Files are read into memory, with a limit.

#[cfg(feature = "archive")]
mod archive;
pub(crate) mod comparison;
mod earlier_registry;
mod file_tree;
mod folder;
mod git;
mod history;
mod linked_schemas;
#[cfg(feature = "registry")]
mod schema_registry;
mod unread;
mod versions_in_files;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use signalbook_diagnostics::{Finding, Part, Sources, Span};
use signalbook_gate::Side;
use signalbook_history::{Files, Texts};
use signalbook_model::{Name, Registry};

use self::{earlier_registry::Declared, unread::Unread};
use crate::failure::Failure;

/// The argument `--against`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// The registry's own accepted versions.
    History,
    /// A commit of the repository that the registry is in.
    Git(git::Revision),
    /// A folder, or an archive.
    Path(PathBuf),
    /// A schema registry with Confluent's interface; the URL may hold a password.
    Url(String),
}

/// The versions that the gate compares with, and what was found when they were read.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    /// Its name in messages: `git:main (merge base 1a2b3c4d5e)`.
    pub(crate) name: String,
    /// The versions of its events.
    pub(crate) side: Side,
    /// Errors in the history of the registry, differences between it and the history of the baseline,
    /// irregular schemas, and the finding that there is nothing to compare with.
    pub(crate) findings: Vec<Finding>,
    /// Notes about parts of the baseline that are ignored.
    pub(crate) warnings: Vec<String>,
    /// What cannot be read, and could be of an event of the registry.
    unread: Vec<Unread>,
    /// The registry in the baseline, if it is one.
    declared: Option<Declared>,
    /// The files of its accepted versions, or of its schemas.
    texts: Texts,
}

impl FromStr for Against {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "history" {
            return Ok(Self::History);
        }
        if let Some(revision) = text.strip_prefix("git:") {
            return revision.parse().map(Self::Git);
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Self::Url(text.to_owned()));
        }
        match text.split_once("://") {
            Some((scheme, _)) => {
                Err(format!("`{scheme}:` is not supported for a schema registry: use `http:` or `https:`"))
            }
            None if text.is_empty() => Err("the baseline must not be empty".to_owned()),
            None => Ok(Self::Path(PathBuf::from(text))),
        }
    }
}

impl Baseline {
    /// Reads the versions in `against` of the events of `now`, the registry in the folder `root`. The files
    /// that findings refer to are added to `sources`.
    pub(crate) fn open(
        against: &Against,
        root: &Path,
        now: &Registry,
        sources: &mut Sources,
    ) -> Result<Self, Failure> {
        match against {
            Against::History => history::read(root, sources),
            Against::Git(revision) => git::read(revision, root, now, sources),
            Against::Path(path) if path.is_dir() => folder::read(path, now, sources),
            Against::Path(path) => archive(path, root, now, sources),
            Against::Url(url) => registry(url, now, sources),
        }
    }

    /// Locates a part of a version: in the earlier registry, or in the accepted version.
    pub(crate) fn locate(&self, event: &Name, minor: u32, part: Part<'_>, sources: &Sources) -> Option<Span> {
        let declared = self.declared.as_ref().and_then(|declared| declared.locate(event, minor, part));
        declared.or_else(|| self.texts.locate(event, minor, part, sources))
    }
}

/// Reads the history files of the registry in the folder `root`, at the revision `name` of its repository.
pub(crate) fn history_at(name: &str, root: &Path) -> Result<Files, Failure> {
    let revision = name.parse().map_err(|error: String| Failure::usage(error))?;
    git::history(&revision, root)
}

#[cfg(feature = "archive")]
use archive::read as archive;

#[cfg(not(feature = "archive"))]
fn archive(path: &Path, _root: &Path, _now: &Registry, _sources: &mut Sources) -> Result<Baseline, Failure> {
    Err(Failure::new(format!("`{}` is not a folder, and this build cannot read archives", path.display()))
        .help("build with the feature `archive`"))
}

#[cfg(feature = "registry")]
use schema_registry::read as registry;

#[cfg(not(feature = "registry"))]
fn registry(_url: &str, _now: &Registry, _sources: &mut Sources) -> Result<Baseline, Failure> {
    Err(Failure::new("this build does not support schema registries")
        .help("build with the feature `registry`"))
}
