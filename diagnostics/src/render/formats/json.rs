use serde_json::{Value, json};

use super::source_range::SourceRange;
use crate::render::notes::severity;
use crate::{Evidence, Finding, Fix, Sources, Span};

/// Returns the findings as JSON, one object for each line: `rule`, `severity`, `title`, `path`, `place`,
/// `secondary`, `notes`, `help`, `suggestions`, and for findings of the evolution gate `evidence`.
///
/// A `place` has the `file`, lines and columns (in characters) from 1, and `start` and `end` in bytes from 0.
/// It is `null` if the finding has no location.
pub fn json_lines(findings: &[Finding], sources: &Sources) -> String {
    let lines = findings.iter().map(|finding| format!("{}\n", line(finding, sources)));
    lines.collect::<Vec<_>>().concat()
}

fn line(finding: &Finding, sources: &Sources) -> Value {
    let secondary = finding.secondary.iter().map(|label| labelled(label.span, &label.text, sources));
    let secondary = secondary.filter(|label| !label.is_null());
    let suggestions = finding.suggestions.iter().map(|suggestion| {
        let edits = suggestion
            .edits
            .iter()
            .map(|edit| json!({ "place": place(edit.span, sources), "replacement": edit.replacement }));
        json!({ "message": suggestion.message, "safe": suggestion.safe, "edits": edits.collect::<Vec<_>>() })
    });
    let mut line = json!({
        "rule": finding.rule.id,
        "severity": severity(finding.severity),
        "title": finding.title,
        "path": finding.path.as_ref().map(ToString::to_string),
        "place": finding.primary.as_ref().map(|label| labelled(label.span, &label.text, sources)),
        "secondary": secondary.collect::<Vec<_>>(),
        "notes": finding.notes,
        "help": finding.help,
        "suggestions": suggestions.collect::<Vec<_>>(),
    });
    if let Some(known) = &finding.evidence {
        line["evidence"] = evidence(known);
    }
    line
}

pub(super) fn evidence(evidence: &Evidence) -> Value {
    let directions = evidence.directions.iter().map(|direction| direction.name());
    let mut members = json!({
        "event": evidence.event.to_string(),
        "new": evidence.new,
        "old": evidence.old,
        "directions": directions.collect::<Vec<_>>(),
        "fixes": evidence.fixes.iter().map(fix).collect::<Vec<_>>(),
    });
    for (name, value) in &evidence.data {
        members[*name] = json!(value);
    }
    members
}

fn fix(fix: &Fix) -> Value {
    let (kind, of, with) = match fix {
        Fix::AddDefault { field, value } => ("add-default", field.to_string(), json!(value)),
        Fix::MakeOptional { field } => ("make-optional", field.to_string(), Value::Null),
        Fix::RestoreField { field, ty, .. } => ("restore-field", field.to_string(), json!(ty.to_json())),
        Fix::AddAlias { of, alias } => ("add-alias", of.to_string(), json!(alias)),
        Fix::AddSymbols { of, symbols } => ("add-symbols", of.to_string(), json!(symbols)),
        Fix::RaiseMinor { event, minor } => ("raise-minor", event.to_string(), json!(minor)),
        Fix::SetField { of, field, .. } => ("set-field", of.to_string(), json!(field.name)),
        Fix::SetEnum { of, symbols, fallback } => {
            ("set-enum", of.to_string(), json!({ "symbols": symbols, "fallback": fallback }))
        }
        Fix::SetAliases { of, aliases } => ("set-aliases", of.to_string(), json!(aliases)),
        Fix::RestoreType { name } => ("restore-type", name.to_string(), Value::Null),
    };
    json!({ "kind": kind, "of": of, "with": with, "safe": fix.is_safe() })
}

fn labelled(span: Span, label: &str, sources: &Sources) -> Value {
    let mut value = place(span, sources);
    if let Value::Object(members) = &mut value {
        members.insert("label".to_owned(), label.into());
    }
    value
}

fn place(span: Span, sources: &Sources) -> Value {
    let Some(SourceRange { source, from, to }) = SourceRange::of(span, sources) else { return Value::Null };
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::json_lines;
    use crate::{Finding, Level, Rule, Sources, Span};

    static RULE: Rule = Rule::lint("missing-doc", Level::Warn, "Types must be documented.");

    #[test]
    fn places_count_characters_and_bytes() {
        let mut sources = Sources::new();
        let file = sources.add("a.toml", "# é\né = \"Ordr\"\n");
        let span = Span { file, start: 11, end: 15 };
        let finding =
            Finding::new(&RULE, "a\nb").at(span, "here").suggest("did you mean `Order`?", span, "Order");
        let lines = json_lines(&[finding.clone(), finding], &sources);
        assert_eq!(lines.lines().count(), 2);
        let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let place = json!({
            "file": "a.toml", "line": 2, "column": 6, "end_line": 2, "end_column": 10, "start": 11, "end": 15,
            "label": "here",
        });
        assert_eq!((&line["severity"], &line["title"]), (&json!("warning"), &json!("a\nb")));
        assert_eq!(line["place"], place);
        assert_eq!(line["suggestions"][0]["edits"][0]["replacement"], "Order");
    }
}
