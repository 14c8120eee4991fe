//! How findings leave the tool, whichever verb found them.

use std::collections::{HashMap, hash_map::Entry};

use signalbook_diagnostics::{Finding, Severity, Sources, render::Format};
use signalbook_model::{Name, Path};

use crate::{
    failure::Failure,
    terminal::{self, Terminal, count},
};

/// Prints the findings, and for people the summary after them.
pub(crate) fn print(
    format: Format,
    findings: &[Finding],
    sources: &Sources,
    summary: &str,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let findings = match format {
        Format::Human | Format::Markdown => &told_once(findings),
        Format::Short | Format::Json | Format::Sarif | Format::Junit | Format::Github | Format::Gitlab => {
            findings
        }
    };
    let coloured = terminal::stdout_is_coloured();
    terminal::write(&format.render(findings, sources, summary, coloured))?;
    if format == Format::Human {
        let blank = if findings.is_empty() { "" } else { "\n" };
        terminal.summary(format_args!("{blank}{summary}"))?;
    }
    Ok(())
}

/// `2 errors, 1 warning`, or that there is nothing to say.
pub(crate) fn counted(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match (errors, findings.len() - errors) {
        (0, 0) => "nothing to say".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// The findings for people: one change of a type that many events share is told for the first of them, which names the others.
fn told_once(findings: &[Finding]) -> Vec<Finding> {
    let mut told: Vec<(Finding, Vec<&Name>)> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for finding in findings {
        let evidence = finding.evidence.as_ref();
        // What is about an event itself is about that one alone.
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
        let known = key.and_then(|key| match places.entry(key) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(told.len());
                None
            }
        });
        match known.zip(event(finding)) {
            // An event that uses the type twice says so.
            Some((place, other)) if event(&told[place].0) != Some(other) => {
                if !told[place].1.contains(&other) {
                    told[place].1.push(other);
                }
            }
            Some(_) | None => told.push((finding.clone(), Vec::new())),
        }
    }
    let name = |(finding, others): (Finding, Vec<&Name>)| match others.as_slice() {
        [] => finding,
        others => {
            let names: Vec<&str> = others.iter().map(|name| name.as_str()).collect();
            let events = count(others.len(), "other event");
            finding.note(format!("the same in {events}, each with steps of its own: {}", names.join(", ")))
        }
    };
    told.into_iter().map(name).collect()
}

fn event(finding: &Finding) -> Option<&Name> {
    Some(&finding.evidence.as_ref()?.event)
}
