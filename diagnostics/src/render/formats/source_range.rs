//! Locations of findings for tools that only know files and lines.

use std::collections::HashMap;

use signalbook_model::crc64_avro;

use crate::{Finding, LineColumn, Source, Sources, Span};

/// A span of a file with lines and columns.
#[derive(Debug)]
pub(super) struct SourceRange<'a> {
    pub(super) source: &'a Source,
    pub(super) from: LineColumn,
    pub(super) to: LineColumn,
}

impl<'a> SourceRange<'a> {
    /// Returns the location of a span, or `None` if a tool cannot open the file.
    pub(super) fn of(span: Span, sources: &'a Sources) -> Option<Self> {
        let source = sources.get(span.file).filter(|source| !source.is_elsewhere())?;
        Some(Self { source, from: source.line_column(span.start), to: source.line_column(span.end) })
    }

    /// Returns the location of a finding. If it has none, returns the first line of the first file, because
    /// code hosts reject findings without one.
    pub(super) fn of_finding(finding: &Finding, sources: &'a Sources) -> Option<Self> {
        let primary = finding.primary.as_ref().and_then(|label| Self::of(label.span, sources));
        primary.or_else(|| {
            let (_, source) = sources.iter().next()?;
            let start = source.line_column(0);
            Some(Self { source, from: start, to: start })
        })
    }

    /// Returns the path of the file for code hosts: relative to the repository, with slashes.
    pub(super) fn file(&self) -> String {
        let slashes = self.source.name().replace('\\', "/");
        slashes.trim_start_matches("./").to_owned()
    }
}

/// Returns a fingerprint for each finding. It depends on the rule, the file, the path and the title, but not
/// on the line. Equal findings are numbered.
pub(super) fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let fingerprint = |finding: &Finding| {
        let range = finding.primary.as_ref().and_then(|label| SourceRange::of(label.span, sources));
        let parts = [
            finding.rule.id.to_owned(),
            range.as_ref().map(SourceRange::file).unwrap_or_default(),
            finding.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            finding.evidence.as_ref().map(|evidence| evidence.event.to_string()).unwrap_or_default(),
            finding.title.clone(),
        ];
        let hash = crc64_avro(parts.join("\0").as_bytes());
        let occurrence = seen.entry(hash).or_default();
        *occurrence += 1;
        format!("{hash:016x}-{occurrence}")
    };
    findings.iter().map(fingerprint).collect()
}
