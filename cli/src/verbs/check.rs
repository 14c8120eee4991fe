use std::path::PathBuf;

use signalbook_codegen::{Checked, Contract, check};
use signalbook_diagnostics::{Severity, render};

#[cfg(feature = "demo")]
use crate::registry::Loaded;
use crate::{
    Outcome,
    args::FindingFormat,
    failure::Failure,
    registry::{RegistryArgs, options, sources},
    terminal::{self, Terminal, count},
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
  signalbook check --format json | jq .rule")]
pub(crate) struct Args {
    /// The folder of the registry, as with --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// Exit with 100 for warnings as well
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = FindingFormat::Human)]
    format: FindingFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Findings that alone would let the check pass
    Warnings,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let sources = sources(args.dir.as_ref().unwrap_or(&args.registry.registry))?;
    let Checked { contract, findings, waived, .. } = check(&sources, &options());
    let text = match args.format {
        FindingFormat::Human => render::human(&findings, &sources, terminal::stdout_is_coloured()),
        FindingFormat::Short => render::short(&findings, &sources),
        FindingFormat::Json => render::json_lines(&findings, &sources),
    };
    terminal::write(&text)?;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let fails = errors > 0 || (args.deny.is_some() && !findings.is_empty());
    if args.format == FindingFormat::Human {
        let blank = if findings.is_empty() { "" } else { "\n" };
        let what = contract.as_ref().map(|contract| format!("{}: ", contents(contract))).unwrap_or_default();
        terminal.summary(format_args!(
            "{blank}{what}{}",
            verdict(errors, findings.len() - errors, waived.len())
        ))?;
    }
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// What `check` says of a registry that has no errors.
#[cfg(feature = "demo")]
pub(crate) fn summary(Loaded { contract, sources, .. }: &Loaded) -> String {
    let Checked { findings, waived, .. } = check(sources, &options());
    format!("{}: {}", contents(contract), verdict(0, findings.len(), waived.len()))
}

fn contents(contract: &Contract) -> String {
    format!("{}, {}", count(contract.events.len(), "event"), count(contract.types.len(), "type"))
}

fn verdict(errors: usize, warnings: usize, waived: usize) -> String {
    let said = match (errors, warnings) {
        (0, 0) => "nothing to say".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    match waived {
        0 => said,
        waived => format!("{said} ({} waived)", count(waived, "finding")),
    }
}
