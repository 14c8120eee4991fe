//! The accepted versions of the registry as a baseline.

use std::path::Path;

use signalbook_diagnostics::{Finding, Sources};
use signalbook_history::EMPTY_BASELINE;

use super::Baseline;
use crate::{failure::Failure, registry::history::Ledger};

/// Reads the accepted versions of the registry in the folder `root`.
pub(super) fn read(root: &Path, sources: &mut Sources) -> Result<Baseline, Failure> {
    let ledger = Ledger::open(root, sources)?;
    let mut baseline = Baseline::of_ledger(&ledger, sources);
    if baseline.side.events.is_empty() && ledger.findings.is_empty() {
        let title = format!("{} has no accepted versions, so every event counts as new", baseline.name);
        let help = "run `signalbook accept`, and commit the history";
        baseline.findings.push(Finding::new(&EMPTY_BASELINE, title).help(help));
    }
    baseline.findings.extend(ledger.findings);
    Ok(baseline)
}
