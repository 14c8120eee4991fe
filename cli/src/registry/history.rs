//! The accepted versions of a registry.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use signalbook_codegen::tool::{CheckedRegistry, emit};
use signalbook_diagnostics::{Finding, Severity, Sources};
use signalbook_history::{CurrentEvent, FileChange, Files, History, Read, Texts, folder};
use signalbook_model::{Name, Path as RegistryPath};

use crate::{failure::Failure, registry::built_in::is_built_in, terminal::count};

/// The name of the history folder in the folder of a registry.
pub(crate) const FOLDER: &str = "history";

/// The accepted versions of a registry.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// The history folder.
    pub(crate) folder: PathBuf,
    /// The versions.
    pub(crate) history: History,
    /// The errors in the files.
    pub(crate) findings: Vec<Finding>,
}

impl Ledger {
    /// Reads the history of the registry in the folder `root`.
    pub(crate) fn open(root: &Path, sources: &mut Sources) -> Result<Self, Failure> {
        if is_built_in(root) {
            return Err(Failure::usage("the history of the built-in registry cannot be changed")
                .help("write `./openedx` for a folder of that name"));
        }
        let folder = root.join(FOLDER);
        let files = read(&folder)?;
        Ok(Self::of(folder, &files, sources))
    }

    /// Reads the history from `files`, the files of `folder`.
    pub(crate) fn of(folder: PathBuf, files: &Files, sources: &mut Sources) -> Self {
        let Read { history, findings, .. } = History::read(files, &folder.display().to_string(), sources);
        Self { folder, history, findings }
    }

    /// Reads the history of the registry in the folder `root`. Returns `None` if there is no history.
    pub(crate) fn find(root: &Path, sources: &mut Sources) -> Result<Option<Self>, Failure> {
        if !is_built_in(root) && root.join(FOLDER).is_dir() {
            Self::open(root, sources).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The event types in the history of the registry in the folder `root`. Events that are written by hand
    /// are found nowhere else.
    pub(crate) fn names(root: &Path) -> Result<Vec<Name>, Failure> {
        let folder = root.join(FOLDER);
        if is_built_in(root) || !folder.is_dir() {
            return Ok(Vec::new());
        }
        let failed = |error| Failure::file("read", &folder, error);
        let name = |entry: io::Result<fs::DirEntry>| {
            Ok(Name::new(entry.map_err(failed)?.file_name().to_string_lossy()))
        };
        fs::read_dir(&folder).map_err(failed)?.map(name).collect()
    }

    /// Adds the accepted schemas to the texts that findings point into.
    pub(crate) fn texts(&self, sources: &mut Sources) -> Texts {
        self.history.texts(&self.folder.display().to_string(), sources)
    }

    /// Makes the changes in the files of the history.
    pub(crate) fn write(&self, changes: &[FileChange]) -> Result<(), Failure> {
        folder::write(&self.folder, changes)
            .map_err(|error| Failure::new("cannot write to the history").caused_by(error))
    }

    /// The errors in the files, and the differences between the registry and the history.
    pub(crate) fn compare(self, checked: &CheckedRegistry) -> Result<Vec<Finding>, Failure> {
        let events = events(checked)?;
        let of_file = |finding: &Finding| finding.path.clone();
        let damaged: Vec<_> = self.findings.iter().filter_map(of_file).collect();
        let mut findings = self.findings;
        for current in events {
            // If the history of an event is damaged, only the damage is reported.
            if damaged.contains(&RegistryPath::Event(current.event_type.clone())) {
                continue;
            }
            if let Some(finding) = self.history.finding(&current) {
                findings.push(finding.located(checked));
            }
        }
        Ok(findings)
    }

    /// Checks that the files have no errors. Must be called before the history is changed.
    pub(crate) fn must_be_whole(&self, root: &Path) -> Result<(), Failure> {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors == 0 {
            return Ok(());
        }
        let message = format!("the history `{}` has {}", self.folder.display(), count(errors, "error"));
        Err(Failure::new(message).help(format!("`signalbook check {}` shows them", root.display())))
    }
}

/// The files of a history.
pub(crate) fn read(folder: &Path) -> Result<Files, Failure> {
    folder::read(folder).map_err(|error| Failure::new("cannot read the history").caused_by(error))
}

/// The events of a registry as they are now.
pub(crate) fn events(checked: &CheckedRegistry) -> Result<Vec<CurrentEvent>, Failure> {
    emit::current_events(checked)
        .map_err(|error| Failure::new("cannot compare the events with the history").caused_by(error))
}
