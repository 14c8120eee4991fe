use std::path::PathBuf;

use signalbook_codegen::{Checked, Contract, Options, check};
use signalbook_diagnostics::{Finding, Severity};
use signalbook_history::RULES;

#[cfg(feature = "demo")]
use crate::registry::Loaded;
use crate::{
    Outcome,
    args::{Deny, FormatArgs},
    failure::Failure,
    registry::{RegistryArgs, history::Ledger, options, sources},
    terminal::{Terminal, count, report},
};

/// Say what is wrong with a registry
///
/// All findings come at once, each with its place and what to do. The exit code is 0 where there are none, or warnings only;
/// 100 where there are errors.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook check
  signalbook check services/shop/schemas --deny warnings
  signalbook check --format short            one line each, for editors and grep
  signalbook check --format json | jq .rule
  signalbook check --format sarif > signalbook.sarif")]
pub(crate) struct Args {
    /// The folder of the registry, as with --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// Exit with 100 for warnings as well
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = args.dir.as_ref().unwrap_or(&args.registry.registry);
    let mut sources = sources(root)?;
    let Checked { contract, mut findings, mut waived, policy } =
        check(&sources, &Options { other_events: Some(Ledger::names(root)?), ..options() });
    if let Some(contract) = &contract
        && let Some(ledger) = Ledger::find(root, &mut sources)?
    {
        let mut verdict = policy.apply(ledger.compare(contract)?, RULES);
        findings.append(&mut verdict.findings);
        waived.append(&mut verdict.waived);
    }
    let what = contract.as_ref().map(|contract| format!("{}: ", contents(contract))).unwrap_or_default();
    let summary = format!("{what}{}", verdict(&findings, waived.len()));
    report::print(args.format.format, &findings, &sources, &summary, terminal)?;
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let fails = findings.iter().any(is_error) || (args.deny.is_some() && !findings.is_empty());
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// What `check` says of a registry that has no errors.
#[cfg(feature = "demo")]
pub(crate) fn summary(Loaded { contract, sources, .. }: &Loaded) -> String {
    let Checked { findings, waived, .. } = check(sources, &options());
    format!("{}: {}", contents(contract), verdict(&findings, waived.len()))
}

fn contents(contract: &Contract) -> String {
    format!("{}, {}", count(contract.events.len(), "event"), count(contract.types.len(), "type"))
}

fn verdict(findings: &[Finding], waived: usize) -> String {
    let said = report::counted(findings);
    match waived {
        0 => said,
        waived => format!("{said} ({} waived)", count(waived, "finding")),
    }
}
