use signalbook_codegen::tool::{CheckReport, CheckedRegistry, check};
use signalbook_diagnostics::{Finding, Severity};
use signalbook_history::RULES;

#[cfg(feature = "demo")]
use crate::registry::Loaded;
use crate::{
    Exit,
    failure::Failure,
    registry::{RegistryDirArgs, history::Ledger, options, sources},
    shared_args::{Deny, FormatArgs},
    terminal::{Terminal, count, findings_report},
};

/// Check a registry for errors
///
/// Prints all findings, each with its location and what to do. The exit code is 100 if there are errors, and
/// 0 if there are only warnings or no findings.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook check
  signalbook check services/shop/schemas --deny warnings
  signalbook check --format short            one line per finding, for editors
  signalbook check --format json | jq .rule
  signalbook check --format sarif > signalbook.sarif")]
pub(crate) struct Args {
    #[command(flatten)]
    registry: RegistryDirArgs,
    /// Exit with 100 if there are warnings
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let root = args.registry.dir();
    let mut sources = sources(root)?;
    let CheckReport { registry: checked, mut findings, mut waived, policy, .. } =
        check(&sources, &options().other_events(Ledger::names(root)?));
    if let Some(checked) = &checked
        && let Some(ledger) = Ledger::find(root, &mut sources)?
    {
        let mut compared = policy.apply(ledger.compare(checked)?, RULES);
        findings.append(&mut compared.findings);
        waived.append(&mut compared.waived);
    }
    let what = checked.as_ref().map(|checked| format!("{}: ", contents(checked))).unwrap_or_default();
    let summary = format!("{what}{}", counts(&findings, waived.len()));
    findings_report::print(args.format.format, &findings, &sources, &summary, terminal)?;
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let fails = findings.iter().any(is_error) || (args.deny.is_some() && !findings.is_empty());
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// The summary of `check` for a registry without errors.
#[cfg(feature = "demo")]
pub(crate) fn summary(Loaded { checked, sources, .. }: &Loaded) -> String {
    let CheckReport { findings, waived, .. } = check(sources, &options());
    format!("{}: {}", contents(checked), counts(&findings, waived.len()))
}

fn contents(checked: &CheckedRegistry) -> String {
    format!("{}, {}", count(checked.events.len(), "event"), count(checked.types.len(), "type"))
}

fn counts(findings: &[Finding], waived: usize) -> String {
    let found = findings_report::counted(findings);
    match waived {
        0 => found,
        waived => format!("{found} ({} waived)", count(waived, "finding")),
    }
}
