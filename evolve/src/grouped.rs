use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::{Evidence, Finding};

/// Findings of one event, each once for all the old versions that it is about.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    findings: Vec<(Finding, Evidence)>,
    known: HashMap<(&'static str, String, Option<String>), usize>,
}

impl Grouped {
    /// Adds what was found of one old version; the first of a kind says it for all.
    pub(crate) fn add(&mut self, finding: Finding, evidence: Evidence) {
        let place = evidence.pointers.as_ref().map(|pointers| pointers.new.clone());
        match self.known.entry((finding.rule.id, finding.title.clone(), place)) {
            Entry::Vacant(entry) => {
                entry.insert(self.findings.len());
                self.findings.push((finding, evidence));
            }
            Entry::Occupied(entry) => {
                let known = &mut self.findings[*entry.get()].1;
                known.old.extend(
                    evidence.old.into_iter().filter(|minor| !known.old.contains(minor)).collect::<Vec<_>>(),
                );
                known.old.sort_unstable();
                for direction in evidence.directions {
                    if !known.directions.contains(&direction) {
                        known.directions.push(direction);
                    }
                }
                for avro in evidence.avro {
                    if !known.avro.contains(&avro) {
                        known.avro.push(avro);
                    }
                }
            }
        }
    }

    /// The findings, with what is known of each.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let attach = |(mut finding, evidence): (Finding, Evidence)| {
            finding.evidence = Some(Box::new(evidence));
            finding
        };
        self.findings.into_iter().map(attach).collect()
    }
}
