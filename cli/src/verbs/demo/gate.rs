//! Accepts a version of the registry, and refuses a breaking change.

use std::{fs, path::Path};

use crate::{
    baseline::comparison::Comparison,
    failure::Failure,
    registry::{
        Loaded,
        history::{Ledger, events},
        output_files,
    },
    terminal::count,
};

/// A line of `learning.toml` that declares a field of every enrolment.
const REMOVED: &str =
    "creation_date = { type = \"datetime\", doc = \"The time at which the learner was enrolled.\" }\n";

/// Writes the registry to `dir` and accepts it.
pub(super) fn accept(dir: &Path) -> Result<String, Failure> {
    for (name, text) in signalbook::openedx::REGISTRY {
        output_files::replace(&dir.join(name), text.as_bytes())?;
    }
    let (registry, ledger) = open(dir)?;
    let events = events(&registry.checked)?;
    let changes: Vec<_> = events.iter().flat_map(|event| ledger.history.accept(event)).collect();
    ledger.write(&changes)?;
    Ok(format!("{} in {}", count(events.len(), "version"), ledger.folder.display()))
}

/// Removes a field that consumers need, and runs the gate.
pub(super) fn refuse(dir: &Path) -> Result<Vec<String>, Failure> {
    let path = dir.join("learning.toml");
    let text = fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, error))?;
    output_files::replace(&path, text.replacen(REMOVED, "", 1).as_bytes())?;
    let (registry, ledger) = open(dir)?;
    let events = events(&registry.checked)?;
    let report = Comparison::of_changed(registry, &ledger, &events).report();
    let mut lines = vec!["removing the date of enrolments, which consumers need, is refused:".to_owned()];
    if let Some(finding) = report.findings.first() {
        lines.push(format!("{}: {}", finding.rule.id, finding.title));
        lines.extend(finding.primary.iter().map(|label| label.text.clone()));
        lines.extend(finding.help.iter().map(|help| format!("what to do: {help}")));
    }
    Ok(lines)
}

fn open(dir: &Path) -> Result<(Loaded, Ledger), Failure> {
    let mut registry = Loaded::load(dir)?;
    let ledger = Ledger::open(dir, &mut registry.sources)?;
    Ok((registry, ledger))
}
