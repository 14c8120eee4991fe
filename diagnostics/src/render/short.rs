use super::notes::severity;
use crate::{Finding, Sources};

/// Returns one line for each finding: `schemas/shop.toml:13:18: error[unknown-type]: no type ...`. Without a
/// file, the line begins with the registry path.
pub fn short(findings: &[Finding], sources: &Sources) -> String {
    let lines = findings.iter().map(|finding| {
        let severity = severity(finding.severity);
        format!(
            "{}{severity}[{}]: {}\n",
            location(finding, sources),
            finding.rule.id,
            finding.title.replace(['\r', '\n'], " ")
        )
    });
    lines.collect::<Vec<_>>().concat()
}

fn location(finding: &Finding, sources: &Sources) -> String {
    let span = finding.primary.as_ref().map(|label| label.span);
    match (
        span.and_then(|span| Some((span, sources.get(span.file).filter(|source| !source.is_elsewhere())?))),
        &finding.path,
    ) {
        (Some((span, source)), _) => {
            let start = source.line_column(span.start);
            format!("{}:{}:{}: ", source.name(), start.line, start.column)
        }
        (None, Some(path)) => format!("{path}: "),
        (None, None) => String::new(),
    }
}
