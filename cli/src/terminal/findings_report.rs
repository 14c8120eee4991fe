//! Prints the findings of all verbs.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use signalbook_diagnostics::{Finding, Severity, Sources, render::Format};
use signalbook_model::{Name, Path};

use crate::{
    failure::Failure,
    terminal::{self, Terminal, count},
};

/// Prints the findings. In the human format, the summary follows.
pub(crate) fn print(
    format: Format,
    findings: &[Finding],
    sources: &Sources,
    summary: &str,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let findings = match format {
        Format::Human | Format::Markdown => &merge_shared(findings),
        _ => findings,
    };
    let coloured = terminal::stdout_is_coloured();
    terminal::write(&format.render(findings, sources, summary, coloured))?;
    if format == Format::Human {
        let blank = if findings.is_empty() { "" } else { "\n" };
        terminal.summary(format_args!("{blank}{summary}"))?;
    }
    Ok(())
}

/// `2 errors, 1 warning`, or `no findings`.
pub(crate) fn counted(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match (errors, findings.len() - errors) {
        (0, 0) => "no findings".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// Merges findings for people: if several events share a changed type, the finding of the first event names
/// the others.
fn merge_shared(findings: &[Finding]) -> Vec<Finding> {
    let mut merged: Vec<(Finding, Vec<&Name>)> = Vec::new();
    let mut indexes: HashMap<_, usize> = HashMap::new();
    let mut seen: HashSet<(usize, &Name)> = HashSet::new();
    for finding in findings {
        let evidence = finding.evidence.as_ref();
        // A finding about an event, and not about a type, is not shared.
        let shared = finding.path.as_ref().filter(|path| matches!(path, Path::Type(_) | Path::Member { .. }));
        let key = shared.zip(evidence).map(|(path, evidence)| {
            (
                finding.rule.id,
                finding.severity == Severity::Error,
                path,
                &evidence.directions,
                finding.help.as_slice(),
            )
        });
        let known = key.and_then(|key| match indexes.entry(key) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(merged.len());
                None
            }
        });
        match known.zip(event(finding)) {
            // An event that uses the type twice has two findings.
            Some((index, other)) if event(&merged[index].0) != Some(other) => {
                if seen.insert((index, other)) {
                    merged[index].1.push(other);
                }
            }
            Some(_) | None => merged.push((finding.clone(), Vec::new())),
        }
    }
    let name = |(finding, others): (Finding, Vec<&Name>)| match others.as_slice() {
        [] => finding,
        others => {
            let names: Vec<&str> = others.iter().map(|name| name.as_str()).collect();
            let events = count(others.len(), "other event");
            finding.note(format!("the same in {events}, each with its own steps: {}", names.join(", ")))
        }
    };
    merged.into_iter().map(name).collect()
}

fn event(finding: &Finding) -> Option<&Name> {
    Some(&finding.evidence.as_ref()?.event)
}
