use serde_json::{Value, json};

use super::says;
use super::source_range::{SourceRange, fingerprints};
use crate::render::notes::help;
use crate::{Finding, Severity, Sources};

/// Returns a GitLab code quality report: a list with `description`, `check_name`, `fingerprint`, `severity`
/// and `location` of each finding.
pub fn gitlab(findings: &[Finding], sources: &Sources) -> String {
    let fingerprints = fingerprints(findings, sources);
    let issues = findings.iter().zip(fingerprints).map(|(finding, fingerprint)| {
        let range = SourceRange::of_finding(finding, sources);
        json!({
            "description": description(finding, sources),
            "check_name": finding.rule.id,
            "fingerprint": fingerprint,
            "severity": match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
            },
            "location": {
                "path": range.as_ref().map_or_else(|| ".".to_owned(), SourceRange::file),
                "lines": { "begin": range.map_or(1, |range| range.from.line) },
            },
        })
    });
    format!("{:#}\n", Value::Array(issues.collect()))
}

/// Returns the title, the label and the help in one line, because GitLab does not show more.
fn description(finding: &Finding, sources: &Sources) -> String {
    let why = says(finding, sources).or_else(|| finding.notes.first().cloned());
    let help = help(finding).first().map(ToString::to_string);
    let parts: Vec<String> = std::iter::once(finding.title.clone()).chain(why).chain(help).collect();
    parts.join("; ").replace(['\r', '\n'], " ")
}
