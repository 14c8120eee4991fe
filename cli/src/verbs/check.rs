use std::path::PathBuf;

use signalbook_codegen::{Checked, Contract, check};
use signalbook_diagnostics::{Finding, Severity};

#[cfg(feature = "demo")]
use crate::registry::Loaded;
use crate::{
    Outcome,
    args::FormatArgs,
    failure::Failure,
    registry::{RegistryArgs, options, sources},
    report,
    terminal::{Terminal, count},
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Findings that alone would let the check pass
    Warnings,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let sources = sources(args.dir.as_ref().unwrap_or(&args.registry.registry))?;
    let Checked { contract, findings, waived, .. } = check(&sources, &options());
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
