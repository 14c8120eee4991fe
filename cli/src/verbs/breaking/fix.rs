//! Applies fixes to the files of the registry.

use std::path::Path;

use signalbook_codegen::tool::{
    CheckReport, check,
    edit::{apply, suggest},
};
use signalbook_diagnostics::{Finding, Fix, Severity};

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
    let mut after = before.clone();
    let mut report = check(&after, &options());
    for fix in fixes {
        let Some(checked) = &report.registry else { break };
        let suggestion = match suggest(&after, checked, fix) {
            Ok(suggestion) => suggestion,
            Err(error) => {
                terminal.note(format_args!("not fixed: {error}"));
                continue;
            }
        };
        let edited = apply(&after, &suggestion);
        let rechecked = check(&edited, &options());
        if let Some(new) = new_finding(&report, &rechecked) {
            terminal.note(format_args!(
                "not fixed: {}; it would cause an error: {}",
                suggestion.message, new.title
            ));
            continue;
        }
        for edit in &suggestion.edits {
            if let Some(source) = after.get(edit.span.file) {
                let line = source.line_column(edit.span.start).line;
                terminal.note(format_args!("fixed {}:{line}: {}", source.name(), suggestion.message));
            }
        }
        (after, report) = (edited, rechecked);
    }
    output_files::replace_changed(&before, &after)
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
