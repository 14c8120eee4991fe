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
    /// Compares the files here with those of the other branch, and changes only events that conflict.
    ///
    /// If both sides accepted the same minor version with different schemas, the versions of the other branch
    /// stay, and those that were accepted only here are removed. If both sides changed the facts of a
    /// version, the facts of the other branch stay. A change of facts or a retirement on one side is no
    /// conflict.
    pub(super) fn new(here: &Files, merged: &Files) -> Self {
        let differs = |path: &str| merged.get(path).is_some_and(|there| !same(&here[path], there));
        let schemas = here.keys().filter(|path| is_schema(path) && differs(path));
        let renumbered: BTreeSet<_> = schemas.filter_map(|path| event(path)).collect();
        let is_renumbered = |path: &str| event(path).is_some_and(|event| renumbered.contains(event));
        let conflicts = |path: &str, there: &[u8]| match here.get(path) {
            None => is_renumbered(path),
            Some(here) if extends(here, there) => false,
            Some(here) => is_renumbered(path) || !extends(there, here),
        };
        let ours = here.iter().map(|(path, bytes)| (path.clone(), our_side(bytes))).collect();
        let with_retirements = with_retirements(&ours, merged);
        let replaced = merged.iter().filter(|(path, there)| conflicts(path, there));
        let removed = here.keys().filter(|path| is_renumbered(path) && !merged.contains_key(*path));
        Self {
            replaced: replaced.map(|(path, _)| (path.clone(), with_retirements[path].clone())).collect(),
            removed: removed.cloned().collect(),
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

fn is_schema(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "avsc")
}

/// Whether two files are equal, whatever their line endings.
fn same(one: &[u8], other: &[u8]) -> bool {
    extends(one, other) && extends(other, one)
}

/// Whether a file begins with all of another one, whatever their line endings. Facts are only appended.
fn extends(file: &[u8], other: &[u8]) -> bool {
    let unix = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
    unix(file).starts_with(&unix(other))
}

/// The file without the conflict markers of git, with our side of each conflict.
fn our_side(bytes: &[u8]) -> Vec<u8> {
    let mut is_ours = true;
    let mut ours = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line {
            [b'<', b'<', b'<', b'<', b'<', b'<', b'<', ..] => {}
            [b'|', b'|', b'|', b'|', b'|', b'|', b'|', ..]
            | [b'=', b'=', b'=', b'=', b'=', b'=', b'=', ..] => {
                is_ours = false;
            }
            [b'>', b'>', b'>', b'>', b'>', b'>', b'>', ..] => is_ours = true,
            line if is_ours => ours.extend_from_slice(line),
            _ => {}
        }
    }
    ours
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use signalbook_diagnostics::Date;
    use signalbook_history::{CurrentEvent, Origin, Retirement, Status};
    use signalbook_model::{Facts, Name};

    use super::*;

    /// A change of the history of one of three events.
    #[derive(Clone, Debug)]
    enum Change {
        Accept { event: u8, field: u8 },
        Revise { event: u8, topic: u8 },
        Retire { event: u8, minor: u32, reason: u8 },
    }

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let change = prop_oneof![
            (0..3_u8, 0..3_u8).prop_map(|(event, field)| Change::Accept { event, field }),
            (0..3_u8, 0..3_u8).prop_map(|(event, topic)| Change::Revise { event, topic }),
            (0..3_u8, 0..3_u32, 0..2_u8).prop_map(|(event, minor, reason)| Change::Retire {
                event,
                minor,
                reason
            }),
        ];
        prop::collection::vec(change, 0..6)
    }

    fn name(event: u8) -> Name {
        Name::new(format!("shop.event{event}.v1"))
    }

    fn history(files: &Files) -> History {
        History::read(files, "history", &mut Sources::new()).history
    }

    fn current(event: u8, minor: u32, text: String, topics: Vec<String>) -> CurrentEvent {
        let facts = Facts { topics, ..Facts::default() };
        CurrentEvent::new(name(event), minor, text, facts, Origin::Registry).unwrap()
    }

    fn make(change: &Change, files: &mut Files) {
        let before = history(files);
        let changes = match change {
            Change::Accept { event, field } => {
                let minor = before.versions(&name(*event)).last().map_or(0, |latest| latest.minor + 1);
                let field = format!(r#"{{"name": "f{field}_{minor}", "type": "int"}}"#);
                let text = format!(r#"{{"type": "record", "name": "E", "fields": [{field}]}}"#);
                before.accept(&current(*event, minor, text, Vec::new()))
            }
            Change::Revise { event, topic } => {
                let Some(latest) = before.versions(&name(*event)).last() else { return };
                let topics = vec![format!("topic{topic}")];
                let current = current(*event, latest.minor, latest.text.clone(), topics);
                if !matches!(before.status(&current), Status::Revised { .. }) {
                    return;
                }
                before.accept(&current)
            }
            Change::Retire { event, minor, reason } => {
                let on = Date { year: 2026, month: 1, day: 31 };
                let retirement = Retirement { reason: format!("reason {reason}"), on };
                before.retire(&name(*event), *minor, &retirement).into_iter().collect()
            }
        };
        for change in changes {
            change.apply(files).unwrap();
        }
    }

    fn with(base: &Files, changes: &[Change]) -> Files {
        let mut files = base.clone();
        for change in changes {
            make(change, &mut files);
        }
        files
    }

    /// Merges file by file, as git does. Returns the files, and the paths with conflicts.
    fn merge(base: &Files, ours: &Files, theirs: &Files) -> (Files, BTreeSet<String>) {
        let (mut merged, mut conflicts) = (theirs.clone(), BTreeSet::new());
        for (path, our) in ours {
            let (before, their) = (base.get(path), theirs.get(path));
            if their == before {
                merged.insert(path.clone(), our.clone());
            } else if Some(our) != before && Some(our) != their {
                let before = before.map_or(0, Vec::len);
                let sides =
                    [our, their.unwrap()].map(|side| String::from_utf8(side[before..].to_vec()).unwrap());
                let common = String::from_utf8(our[..before].to_vec()).unwrap();
                let [our, their] = sides;
                let text = format!("{common}<<<<<<< HEAD\n{our}\n=======\n{their}\n>>>>>>> main\n");
                merged.insert(path.clone(), text.into_bytes());
                conflicts.insert(path.clone());
            }
        }
        (merged, conflicts)
    }

    fn assert_repaired(ours: &Files, theirs: &Files, here: &Files, conflicts: &BTreeSet<String>) {
        let after = MergeRepair::new(here, theirs).apply(here.clone());
        let of = |files: &Files, event: &str| -> Files {
            let files = files.iter().filter(|(path, _)| path.starts_with(event));
            files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
        };
        let findings = History::read(&after, "history", &mut Sources::new()).findings;
        assert!(findings.is_empty(), "{findings:#?}");
        let [our, their, repaired] = [ours, theirs, &after].map(history);
        for number in 0..3 {
            let event = name(number);
            let conflicts: Vec<_> =
                conflicts.iter().filter(|path| path.starts_with(event.as_str())).collect();
            if conflicts.is_empty() {
                assert_eq!(of(&after, event.as_str()), of(here, event.as_str()), "{event}");
                continue;
            }
            if conflicts.iter().any(|path| is_schema(path)) {
                let texts = |history: &History| -> Vec<String> {
                    history.versions(&event).iter().map(|version| version.text.clone()).collect()
                };
                assert_eq!(texts(&repaired), texts(&their), "{event}: the versions of the other branch stay");
            } else {
                let schemas = |files| {
                    let mut files = of(files, event.as_str());
                    files.retain(|path, _| is_schema(path));
                    files
                };
                assert_eq!(schemas(&after), schemas(here), "{event}: no version is lost");
            }
            for version in repaired.versions(&event) {
                let is_retired = [&our, &their].into_iter().any(|side| {
                    let same = side.version(&event, version.minor).filter(|side| side.text == version.text);
                    same.is_some_and(|same| same.entry.retired.is_some())
                });
                assert_eq!(version.entry.retired.is_some(), is_retired, "{event}: {}", version.minor);
            }
        }
    }

    proptest! {
        #[test]
        fn only_events_that_conflict_are_touched(base in changes(), ours in changes(), theirs in changes()) {
            let base = with(&Files::new(), &base);
            let (ours, theirs) = (with(&base, &ours), with(&base, &theirs));
            let (here, conflicts) = merge(&base, &ours, &theirs);
            assert_repaired(&ours, &theirs, &here, &conflicts);
        }
    }
}
