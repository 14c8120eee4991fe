use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::source_range::SourceRange;
use super::text;
use crate::render::notes::severity;
use crate::{Finding, Severity, Sources};

/// Returns a JUnit report: a suite for each file, a failed test for each error, and a passed test with output
/// for each warning.
///
/// Without findings the report has one passed test, because tools treat an empty report as missing.
pub fn junit(findings: &[Finding], sources: &Sources) -> String {
    let mut suites: BTreeMap<String, Vec<(&Finding, Option<SourceRange<'_>>)>> = BTreeMap::new();
    for finding in findings {
        let range = finding.primary.as_ref().and_then(|label| SourceRange::of(label.span, sources));
        let suite = range.as_ref().map_or_else(|| "registry".to_owned(), SourceRange::file);
        suites.entry(suite).or_default().push((finding, range));
    }
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n",
        counted("testsuites", "signalbook", findings.iter())
    );
    if suites.is_empty() {
        xml.push_str("  <testsuite name=\"registry\" tests=\"1\" failures=\"0\">\n");
        xml.push_str("    <testcase classname=\"signalbook\" name=\"no findings\"/>\n  </testsuite>\n");
    }
    for (name, findings) in &suites {
        let _ =
            writeln!(xml, "  {}", counted("testsuite", name, findings.iter().map(|(finding, _)| *finding)));
        for (finding, range) in findings {
            case(&mut xml, finding, range.as_ref(), sources);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counted<'a>(element: &str, name: &str, findings: impl Iterator<Item = &'a Finding>) -> String {
    let (mut tests, mut failures) = (0, 0);
    for finding in findings {
        tests += 1;
        failures += usize::from(finding.severity == Severity::Error);
    }
    format!("<{element} name=\"{}\" tests=\"{}\" failures=\"{failures}\">", escape(name), tests.max(1))
}

fn case(xml: &mut String, finding: &Finding, range: Option<&SourceRange<'_>>, sources: &Sources) {
    let location =
        range.map(|range| format!(" file=\"{}\" line=\"{}\"", escape(&range.file()), range.from.line));
    let _ = writeln!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\"{}>",
        escape(finding.rule.id),
        escape(&finding.title),
        location.unwrap_or_default()
    );
    let message = format!("{}[{}]: {}", severity(finding.severity), finding.rule.id, text(finding, sources));
    let _ = match finding.severity {
        Severity::Error => writeln!(
            xml,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            escape(finding.rule.id),
            escape(&finding.title),
            escape(&message)
        ),
        Severity::Warning => writeln!(xml, "      <system-out>{}</system-out>", escape(&message)),
    };
    xml.push_str("    </testcase>\n");
}

/// Escapes text for an element or an attribute in double quotes. Replaces characters that XML 1.0 does not
/// allow.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
