//! Applies fixes to the files of the registry.

use std::{collections::BTreeMap, path::Path};

use signalbook_codegen::tool::{
    CheckReport, check,
    edit::{Editor, apply_all},
};
use signalbook_diagnostics::{Edit, FileId, Finding, Fix, Severity, Sources, Span, Suggestion};

use crate::{
    failure::Failure,
    registry::{built_in::is_built_in, options, output_files, sources},
    terminal::Terminal,
};

/// Applies the best safe fix of each finding to the registry in `dir`, prints what it fixed and what it could
/// not fix, and returns whether a file changed. A fix that would cause a new error is not applied.
///
/// Minor versions are raised last: another fix may restore the accepted version.
pub(crate) fn fix(dir: &Path, findings: &[Finding], terminal: &Terminal) -> Result<bool, Failure> {
    let (minors, others): (Vec<_>, Vec<_>) =
        fixes(findings).into_iter().partition(|fix| matches!(fix, Fix::RaiseMinor { .. }));
    Ok(make(dir, &others, terminal)? || make(dir, &minors, terminal)?)
}

fn make(dir: &Path, fixes: &[&Fix], terminal: &Terminal) -> Result<bool, Failure> {
    if is_built_in(dir) {
        return Err(
            Failure::usage("the built-in registry cannot be changed").help("omit `--fix`, or name a folder")
        );
    }
    let before = sources(dir)?;
    let report = check(&before, &options());
    let mut fixing = Fixing { sources: before.clone(), report, terminal };
    fixing.make_all(fixes);
    output_files::replace_changed(&before, &fixing.sources)
}

/// A registry to which fixes are applied.
struct Fixing<'a> {
    sources: Sources,
    report: CheckReport,
    terminal: &'a Terminal,
}

impl Fixing<'_> {
    /// Applies the fixes together, and checks the result once. If there is a new error, applies one half
    /// after the other, until the fix is found that causes it.
    fn make_all(&mut self, fixes: &[&Fix]) {
        let Some(checked) = &self.report.registry else { return };
        let editor = Editor::new(&self.sources, checked);
        let (mut now, mut later): (Vec<(&Fix, Suggestion)>, Vec<&Fix>) = (Vec::new(), Vec::new());
        let mut taken = BTreeMap::new();
        for fix in fixes {
            match editor.suggest(fix) {
                Ok(suggestion) if suggestion.edits.iter().all(|edit| is_free(&taken, edit)) => {
                    let spans = suggestion.edits.iter().map(|edit| edit.span);
                    taken.extend(spans.map(|span| ((span.file, span.start), span.end)));
                    now.push((fix, suggestion));
                }
                // It changes what another fix has changed by then.
                Ok(_) => later.push(fix),
                Err(error) => self.terminal.note(format_args!("not fixed: {error}")),
            }
        }
        self.apply(&now);
        if !later.is_empty() {
            self.make_all(&later);
        }
    }

    fn apply(&mut self, fixes: &[(&Fix, Suggestion)]) {
        let edited = apply_all(&self.sources, fixes.iter().map(|(_, suggestion)| suggestion));
        let rechecked = check(&edited, &options());
        let Some(new) = new_finding(&self.report, &rechecked) else {
            self.print_fixed(fixes);
            (self.sources, self.report) = (edited, rechecked);
            return;
        };
        match fixes {
            [] => {}
            [(_, suggestion)] => self.terminal.note(format_args!(
                "not fixed: {}; it would cause an error: {}",
                suggestion.message, new.title
            )),
            fixes => {
                for half in fixes.chunks(fixes.len().div_ceil(2)) {
                    let half: Vec<_> = half.iter().map(|(fix, _)| *fix).collect();
                    self.make_all(&half);
                }
            }
        }
    }

    /// Prints what is fixed, with the lines after all fixes.
    fn print_fixed(&self, fixes: &[(&Fix, Suggestion)]) {
        let mut edits: Vec<&Edit> = fixes.iter().flat_map(|(_, suggestion)| &suggestion.edits).collect();
        edits.sort_by_key(|edit| (edit.span.file, edit.span.start));
        // How many lines the edits before a location add.
        let mut added: BTreeMap<(FileId, usize), usize> = BTreeMap::new();
        let mut lines = (None, 0);
        for edit in edits {
            if lines.0 != Some(edit.span.file) {
                lines = (Some(edit.span.file), 0);
            }
            added.insert((edit.span.file, edit.span.start), lines.1);
            lines.1 += edit.replacement.matches('\n').count();
        }
        for (_, suggestion) in fixes {
            for Edit { span, .. } in &suggestion.edits {
                if let Some(source) = self.sources.get(span.file) {
                    let before = added.get(&(span.file, span.start)).copied().unwrap_or_default();
                    let line = source.line_column(span.start).line + before;
                    let message = &suggestion.message;
                    self.terminal.note(format_args!("fixed {}:{line}: {message}", source.name()));
                }
            }
        }
    }
}

/// Whether an edit does not overlap the `taken` ranges, which are given by their starts.
fn is_free(taken: &BTreeMap<(FileId, usize), usize>, edit: &Edit) -> bool {
    let Span { file, start, end } = edit.span;
    let before = taken.range((file, 0)..=(file, end)).next_back();
    before.is_none_or(|(_, taken_end)| *taken_end < start)
}

/// The best safe fix of each finding, without duplicates.
fn fixes(findings: &[Finding]) -> Vec<&Fix> {
    let mut fixes: Vec<&Fix> = Vec::new();
    for evidence in findings.iter().filter_map(|finding| finding.evidence.as_ref()) {
        let best = evidence.fixes.iter().find(|fix| fix.is_safe());
        fixes.extend(best.filter(|fix| !fixes.contains(fix)));
    }
    fixes
}

/// The first error in `after` that is not in `before`.
fn new_finding<'a>(before: &CheckReport, after: &'a CheckReport) -> Option<&'a Finding> {
    let is_old = |finding: &Finding| {
        before.findings.iter().any(|old| (old.rule, &old.title) == (finding.rule, &finding.title))
    };
    after.findings.iter().find(|finding| finding.severity == Severity::Error && !is_old(finding))
}
