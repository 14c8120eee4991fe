use signalbook_diagnostics::{Finding, Severity, Sources, Waiver};

use crate::contract::Contract;
use crate::lower::lower;
use crate::syntax::{self, File};

/// What came of reading a registry.
#[derive(Debug)]
pub struct Checked {
    /// The contract, unless there are errors.
    pub contract: Option<Contract>,
    /// All that was found, in the order of the files and of the places in them.
    pub findings: Vec<Finding>,
    /// The findings that `signalbook.toml` accepts.
    pub waivers: Vec<Waiver>,
}

/// Reads `sources` as one registry: the settings from the file called `signalbook.toml`, declarations from all others.
///
/// All errors are found at once. What one of them leaves unclear is not held against anything else.
pub fn check(sources: &Sources) -> Checked {
    let mut findings = Vec::new();
    let mut documents = Vec::new();
    let mut settings = syntax::SettingsDocument::default();
    for (id, source) in sources.iter() {
        match syntax::read(id, source, &mut findings) {
            File::Registry(document) => documents.push(document),
            File::Settings(document) => settings = *document,
        }
    }
    let contract = lower(&documents, settings.settings, &mut findings);
    findings.sort_by_key(|finding| finding.primary.as_ref().map(|label| label.span));
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Checked { contract: (!failed).then_some(contract), findings, waivers: settings.waivers }
}
