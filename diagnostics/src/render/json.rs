use serde_json::{Value, json};

use crate::{Finding, Severity, Sources, Span};

/// The findings as JSON, one object a line: `rule`, `severity`, `title`, `path`, `place`, `secondary`, `notes`, `help` and
/// `suggestions`.
///
/// A place has its `file`, lines and columns (in characters) from 1, and `start` and `end` in bytes from 0; `null` where
/// there is none.
pub fn json_lines(findings: &[Finding], sources: &Sources) -> String {
    let lines = findings.iter().map(|finding| format!("{}\n", line(finding, sources)));
    lines.collect::<Vec<_>>().concat()
}

fn line(finding: &Finding, sources: &Sources) -> Value {
    let secondary = finding.secondary.iter().map(|label| labelled(label.span, &label.text, sources));
    let suggestions = finding.suggestions.iter().map(|suggestion| {
        let edits = suggestion
            .edits
            .iter()
            .map(|edit| json!({ "place": place(edit.span, sources), "replacement": edit.replacement }));
        json!({ "message": suggestion.message, "edits": edits.collect::<Vec<_>>() })
    });
    json!({
        "rule": finding.rule.id,
        "severity": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "title": finding.title,
        "path": finding.path.as_ref().map(ToString::to_string),
        "place": finding.primary.as_ref().map(|label| labelled(label.span, &label.text, sources)),
        "secondary": secondary.collect::<Vec<_>>(),
        "notes": finding.notes,
        "help": finding.help,
        "suggestions": suggestions.collect::<Vec<_>>(),
    })
}

fn labelled(span: Span, label: &str, sources: &Sources) -> Value {
    let mut value = place(span, sources);
    if let Value::Object(members) = &mut value {
        members.insert("label".to_owned(), label.into());
    }
    value
}

fn place(span: Span, sources: &Sources) -> Value {
    let Some(source) = sources.get(span.file) else { return Value::Null };
    let (from, to) = (source.position(span.start), source.position(span.end));
    json!({
        "file": source.name(),
        "line": from.line,
        "column": from.column,
        "end_line": to.line,
        "end_column": to.column,
        "start": span.start,
        "end": span.end,
    })
}
