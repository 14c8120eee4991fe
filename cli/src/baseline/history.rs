//! The accepted versions of the registry as a baseline.

use std::path::Path;

use signalbook_diagnostics::Sources;

use super::Baseline;
use crate::{failure::Failure, registry::history::Ledger};

/// Reads the accepted versions of the registry in the folder `root`.
pub(super) fn read(root: &Path, sources: &mut Sources) -> Result<Baseline, Failure> {
    let ledger = Ledger::open(root, sources)?;
    let mut baseline = Baseline::of_ledger(&ledger, sources);
    if baseline.side.events.is_empty() && ledger.findings.is_empty() {
        let nothing = format!("{} has no accepted versions yet: run `signalbook accept`", baseline.name);
        baseline.warnings.push(nothing);
    }
    baseline.findings = ledger.findings;
    Ok(baseline)
}
