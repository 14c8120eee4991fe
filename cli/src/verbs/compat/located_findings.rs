//! Locates the findings of a pair in both files.

use std::path::Path;

use signalbook_diagnostics::{FileId, Finding, Rule, Sources, Span};
use signalbook_history::pointer;

use super::compat_report::{CompatFinding, CompatReport, Witness};

/// The files of a pair.
pub(super) struct Pair {
    pub(super) sources: Sources,
    reader: FileId,
    writer: FileId,
}

impl Pair {
    /// Takes the path and the text of each file.
    pub(super) fn new(reader: (&Path, &str), writer: (&Path, &str)) -> Self {
        let mut sources = Sources::new();
        let mut add = |(path, text): (&Path, &str)| sources.add(path.display().to_string(), text);
        let (reader, writer) = (add(reader), add(writer));
        Self { sources, reader, writer }
    }

    /// The findings of the report, with their locations.
    pub(super) fn findings(&self, report: &CompatReport) -> Vec<Finding> {
        let rules = [signalbook_evolve::RULES, &signalbook_codegen::tool::rules()].concat();
        let rule = |id: &str| rules.iter().copied().find(|rule| rule.id == id);
        report.findings.iter().filter_map(|found| Some(self.finding(found, rule(found.rule)?))).collect()
    }

    fn finding(&self, found: &CompatFinding, rule: &'static Rule) -> Finding {
        let mut finding = Finding::new(rule, found.title.clone());
        finding.severity = found.severity;
        let reader = found.reader.as_ref().and_then(|pointer| self.locate(self.reader, pointer));
        let writer = found.writer.as_ref().and_then(|pointer| self.locate(self.writer, pointer));
        finding = match (reader, writer) {
            (Some(reader), Some(writer)) => {
                finding.at(reader, "the reader schema").and(writer, "the writer schema")
            }
            (Some(reader), None) => finding.at(reader, "the reader schema"),
            (None, Some(writer)) => finding.at(writer, "the writer schema"),
            (None, None) => finding,
        };
        if let Some(avro) = &found.avro {
            finding = finding.note(format!("Apache Avro for Java reports {avro}"));
        }
        if let Some(Witness { json, hex, error }) = &found.witness {
            let hex = if hex.is_empty() { "empty" } else { hex };
            finding = finding.note(format!("witness: {json} (hex {hex}); the error of the reader: {error}"));
        }
        finding.notes.extend(found.notes.iter().cloned());
        finding.help.extend(found.help.iter().cloned());
        finding
    }

    fn locate(&self, file: FileId, pointer: &str) -> Option<Span> {
        let found = pointer::locate(self.sources.get(file)?.text(), pointer)?;
        Some(Span { file, start: found.start, end: found.end })
    }
}
