use super::source_range::SourceRange;
use super::text;
use crate::render::notes::severity;
use crate::{Finding, Sources};

/// Returns workflow commands of GitHub Actions, one for each line:
/// `::error file=schemas/shop.toml,line=13,…::no type …`.
///
/// GitHub shows them at the lines of a pull request.
pub fn github(findings: &[Finding], sources: &Sources) -> String {
    findings.iter().map(|finding| command(finding, sources)).collect()
}

fn command(finding: &Finding, sources: &Sources) -> String {
    let mut properties = Vec::new();
    if let Some(range) = finding.primary.as_ref().and_then(|label| SourceRange::of(label.span, sources)) {
        let SourceRange { from, to, .. } = range;
        properties.push(("file", range.file()));
        properties.push(("line", from.line.to_string()));
        properties.push(("endLine", to.line.to_string()));
        // Columns are only valid within one line.
        if from.line == to.line {
            properties.push(("col", from.column.to_string()));
            properties.push(("endColumn", to.column.to_string()));
        }
    }
    properties.push(("title", finding.rule.id.to_owned()));
    let properties = properties.iter().map(|(name, value)| format!("{name}={}", property(value)));
    let properties = properties.collect::<Vec<_>>().join(",");
    format!("::{} {properties}::{}\n", severity(finding.severity), data(&text(finding, sources)))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
