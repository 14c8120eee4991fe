//! How findings leave the tool, whichever verb found them.

use signalbook_diagnostics::{Finding, Severity, Sources, render::Format};

use crate::{
    failure::Failure,
    terminal::{self, Terminal, count},
};

/// Prints the findings, and for people the summary after them.
pub(crate) fn print(
    format: Format,
    findings: &[Finding],
    sources: &Sources,
    summary: &str,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let coloured = terminal::stdout_is_coloured();
    terminal::write(&format.render(findings, sources, summary, coloured))?;
    if format == Format::Human {
        let blank = if findings.is_empty() { "" } else { "\n" };
        terminal.summary(format_args!("{blank}{summary}"))?;
    }
    Ok(())
}

/// `2 errors, 1 warning`, or that there is nothing to say.
pub(crate) fn counted(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match (errors, findings.len() - errors) {
        (0, 0) => "nothing to say".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
