use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};

use super::notes::{help, notes};
use crate::{FileId, Finding, Label, Severity, Source, Sources};

/// Returns the findings in the style of rustc, separated by blank lines.
pub fn human(findings: &[Finding], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let texts = findings.iter().map(|finding| {
        let mut text = renderer.render(&groups(finding, sources));
        text.push('\n');
        text
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn groups<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*finding.title).id(finding.rule.id);
    let path = finding.path.as_ref().filter(|_| finding.rule.adjustable || finding.primary.is_none());
    let path = path.map(|path| Element::from(Level::NOTE.with_name("on").message(path.to_string())));
    let notes =
        notes(finding).into_iter().map(|note| Level::NOTE.with_name(note.label).message(note.text).into());
    let first = title.elements(snippets(finding, sources)).elements(notes.chain(path));
    let help = help(finding).into_iter();
    let help =
        help.map(|help| Group::with_title(Level::HELP.with_name(help.label).secondary_title(help.text)));
    std::iter::once(first).chain(help).collect()
}

/// Returns a snippet for each file with a location of the finding, the primary one first.
fn snippets<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Element<'a>> {
    let Some(primary) = &finding.primary else { return Vec::new() };
    let mut files = vec![primary.span.file];
    for label in &finding.secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let snippet = |id: FileId| {
        let source = sources.get(id)?;
        let primary = std::iter::once((AnnotationKind::Primary, primary));
        let secondary = finding.secondary.iter().map(|label| (AnnotationKind::Context, label));
        let labels: Vec<_> = primary.chain(secondary).filter(|(_, label)| label.span.file == id).collect();
        Some(snippet(source, &labels).into())
    };
    files.into_iter().filter_map(snippet).collect()
}

fn snippet<'a>(source: &'a Source, labels: &[(AnnotationKind, &'a Label)]) -> Snippet<'a, Annotation<'a>> {
    let (window, line) = window(source, labels);
    let text = source.text().get(window.clone()).unwrap_or_default();
    let annotations = labels.iter().map(|(kind, label)| {
        let start = label.span.start.clamp(window.start, window.end) - window.start;
        let end = label.span.end.clamp(window.start, window.end) - window.start;
        let text = Some(&*label.text).filter(|text| !text.is_empty());
        kind.span(start..end.max(start)).label(text)
    });
    Snippet::source(text).path(source.name()).line_start(line).annotations(annotations)
}

/// Returns the byte range of the lines with labels, and the number of the first line. The renderer does not
/// need the rest of the file.
fn window(source: &Source, labels: &[(AnnotationKind, &Label)]) -> (Range<usize>, usize) {
    let start = labels.iter().map(|(_, label)| label.span.start).min().unwrap_or_default();
    let end = labels.iter().map(|(_, label)| label.span.end).max().unwrap_or_default();
    let first = source.line_column(start).line;
    let last = source.line_column(end).line;
    (source.line_start(first)..source.line_start(last + 1), first)
}
