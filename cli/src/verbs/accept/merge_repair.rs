//! Repairs a history after a merge in which both sides accepted the same minor version.

use std::{collections::BTreeSet, fs, path::Path};

use signalbook_diagnostics::Sources;
use signalbook_history::{Files, History};

use crate::{
    failure::Failure,
    registry::{
        history::{FOLDER, Ledger, read},
        output_files::replace,
    },
};

/// Returns the history of the registry in the folder `root` with the versions of another branch, `merged`,
/// and the changes of the files. Versions that were accepted only here get numbers after those.
pub(super) fn renumbered(
    root: &Path,
    merged: &Files,
    sources: &mut Sources,
) -> Result<(Ledger, MergeRepair), Failure> {
    let folder = root.join(FOLDER);
    let files = read(&folder)?;
    let repair = MergeRepair::new(&files, merged);
    Ok((Ledger::of(folder, &repair.apply(files), sources), repair))
}

/// The changes of the history files.
#[derive(Debug, Default)]
pub(super) struct MergeRepair {
    /// Files that get the content of the other branch.
    replaced: Files,
    /// Files of versions that are accepted again with a new number.
    removed: BTreeSet<String>,
}

impl MergeRepair {
    /// Compares the files here with those of the other branch. Only events of which both have the same file
    /// with different content change: the versions of the other branch stay, and those that were accepted
    /// only here are removed.
    pub(super) fn new(here: &Files, merged: &Files) -> Self {
        let differs = |path: &String| merged.get(path).is_some_and(|bytes| here[path] != *bytes);
        let events: BTreeSet<_> =
            here.keys().filter(|path| differs(path)).filter_map(|path| event(path)).collect();
        let touched = |path: &&String| event(path).is_some_and(|event| events.contains(event));
        let merged = &with_retirements(here, merged);
        Self {
            removed: here
                .keys()
                .filter(touched)
                .filter(|path| !merged.contains_key(*path))
                .cloned()
                .collect(),
            replaced: merged
                .iter()
                .filter(|(path, bytes)| touched(path) && here.get(*path) != Some(bytes))
                .map(|(path, bytes)| (path.clone(), bytes.clone()))
                .collect(),
        }
    }

    /// Applies the changes to `files`.
    pub(super) fn apply(&self, mut files: Files) -> Files {
        files.retain(|path, _| !self.removed.contains(path));
        files.extend(self.replaced.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        files
    }

    /// Applies the changes to the history folder.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        for (path, bytes) in &self.replaced {
            replace(&folder.join(path), bytes)?;
        }
        for path in &self.removed {
            let path = folder.join(path);
            fs::remove_file(&path).map_err(|error| Failure::file("remove", &path, error))?;
        }
        Ok(())
    }
}

/// The files of the other branch, with each retirement that is only here.
fn with_retirements(here: &Files, merged: &Files) -> Files {
    let [read_here, read] = [here, merged].map(|files| History::read(files, "", &mut Sources::new()).history);
    let mut retired = merged.clone();
    for (event_type, versions) in read_here.events() {
        for version in versions {
            let same =
                read.version(event_type, version.minor).is_some_and(|there| there.text == version.text);
            if let Some(retirement) = version.entry.retired.as_ref().filter(|_| same)
                && let Some(change) = read.retire(event_type, version.minor, retirement)
            {
                // Appending to a file that was just read cannot fail.
                let _ = change.apply(&mut retired);
            }
        }
    }
    retired
}

fn event(path: &str) -> Option<&str> {
    path.split_once('/').map(|(event, _)| event)
}
