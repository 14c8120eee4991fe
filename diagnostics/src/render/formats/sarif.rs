use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::json::evidence;
use super::source_range::{SourceRange, fingerprints};
use super::text;
use crate::render::notes::severity;
use crate::{Finding, Label, Level, Rule, Sources, Span, Suggestion};

/// Returns a log in the Static Analysis Results Interchange Format, SARIF 2.1.0, with the violated rules,
/// fingerprints that do not depend on lines, and suggestions as fixes.
pub fn sarif(findings: &[Finding], sources: &Sources) -> String {
    let mut rules: Vec<&Rule> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let fingerprints = fingerprints(findings, sources);
    let results = findings.iter().zip(fingerprints).map(|(finding, fingerprint)| {
        let rule = rules.iter().position(|rule| rule.id == finding.rule.id);
        result(finding, rule, &fingerprint, sources)
    });
    let results: Vec<Value> = results.collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "signalbook",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.into_iter().map(described).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn described(rule: &Rule) -> Value {
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.doc.split_inclusive(". ").next().unwrap_or_default().trim() },
        "fullDescription": { "text": rule.doc },
        "defaultConfiguration": { "level": match rule.level {
            Level::Allow => "none",
            Level::Warn => "warning",
            Level::Deny => "error",
        } },
    });
    if !rule.fix.is_empty() {
        described["help"] = json!({ "text": rule.fix });
    }
    described
}

fn result(finding: &Finding, rule: Option<usize>, fingerprint: &str, sources: &Sources) -> Value {
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": severity(finding.severity),
        "message": { "text": text(finding, sources) },
        "locations": [location(finding, sources)],
        "partialFingerprints": { "signalbook/v1": fingerprint },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = rule.into();
    }
    let related = finding.secondary.iter().filter_map(|label| related(label, sources));
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    let fixes = finding.suggestions.iter().filter_map(|suggestion| fix(suggestion, sources));
    let fixes: Vec<Value> = fixes.collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    if let Some(known) = &finding.evidence {
        result["properties"] = json!({ "evidence": evidence(known) });
    }
    result
}

fn location(finding: &Finding, sources: &Sources) -> Value {
    let mut location = Map::new();
    if let Some(range) = SourceRange::of_finding(finding, sources) {
        location.insert("physicalLocation".to_owned(), physical(&range));
    }
    if let Some(path) = &finding.path {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": path.to_string() }]));
    }
    location.into()
}

fn related(label: &Label, sources: &Sources) -> Option<Value> {
    let mut location = json!({ "physicalLocation": physical(&SourceRange::of(label.span, sources)?) });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    Some(location)
}

fn physical(range: &SourceRange<'_>) -> Value {
    json!({ "artifactLocation": artifact(range), "region": region(range) })
}

fn artifact(range: &SourceRange<'_>) -> Value {
    json!({ "uri": uri(&range.file()) })
}

fn region(range: &SourceRange<'_>) -> Value {
    let SourceRange { from, to, .. } = range;
    json!({ "startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column })
}

/// Returns a suggestion as a fix, or `None` if one of its edits has no location.
fn fix(suggestion: &Suggestion, sources: &Sources) -> Option<Value> {
    let change = |span: Span, text: &str| {
        let range = SourceRange::of(span, sources)?;
        Some(json!({
            "artifactLocation": artifact(&range),
            "replacements": [{ "deletedRegion": region(&range), "insertedContent": { "text": text } }],
        }))
    };
    let changes = suggestion.edits.iter().map(|edit| change(edit.span, &edit.replacement));
    let changes: Vec<Value> = changes.collect::<Option<_>>()?;
    Some(json!({ "description": { "text": suggestion.message }, "artifactChanges": changes }))
}

/// Returns a path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
