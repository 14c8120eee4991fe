//! What there is to say of a pair, at its places in both files.

use std::path::Path;

use signalbook_diagnostics::{FileId, Finding, Rule, Sources, Span};
use signalbook_history::pointer;

use super::judgement::{Found, Judgement, Witness};

/// The files of a pair, as findings point into them.
pub(super) struct Pair {
    pub(super) sources: Sources,
    reader: FileId,
    writer: FileId,
}

impl Pair {
    /// Both, each by its path and its text.
    pub(super) fn new(reader: (&Path, &str), writer: (&Path, &str)) -> Self {
        let mut sources = Sources::new();
        let mut add = |(path, text): (&Path, &str)| sources.add(path.display().to_string(), text);
        let (reader, writer) = (add(reader), add(writer));
        Self { sources, reader, writer }
    }

    /// The findings of the judgement on the pair.
    pub(super) fn findings(&self, judgement: &Judgement) -> Vec<Finding> {
        let rules = [signalbook_evolve::RULES, &signalbook_codegen::rules()].concat();
        let rule = |id: &str| rules.iter().copied().find(|rule| rule.id == id);
        judgement.findings.iter().filter_map(|found| Some(self.finding(found, rule(found.rule)?))).collect()
    }

    fn finding(&self, found: &Found, rule: &'static Rule) -> Finding {
        let mut finding = Finding::new(rule, found.title.clone());
        finding.severity = found.severity;
        let reader = found.reader.as_ref().and_then(|pointer| self.locate(self.reader, pointer));
        let writer = found.writer.as_ref().and_then(|pointer| self.locate(self.writer, pointer));
        finding = match (reader, writer) {
            (Some(reader), Some(writer)) => {
                finding.at(reader, "as it is read").and(writer, "as it was written")
            }
            (Some(reader), None) => finding.at(reader, "as it is read"),
            (None, Some(writer)) => finding.at(writer, "as it was written"),
            (None, None) => finding,
        };
        if let Some(avro) = &found.avro {
            finding = finding.note(format!("the reference says {avro}"));
        }
        if let Some(Witness { json, hex, error }) = &found.witness {
            let hex = if hex.is_empty() { "empty" } else { hex };
            finding = finding.note(format!("witness: {json} (hex {hex}); the reader says: {error}"));
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
