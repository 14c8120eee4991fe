//! A comparison of a registry with a baseline, for `breaking` and `diff`.

use std::path::{Path, PathBuf};

use signalbook_codegen::{Checked, Contract, check, edit::TomlWording};
use signalbook_diagnostics::{Finding, Locate, Part, Policy, Severity, Sources, Span};
use signalbook_gate::{Gate, Report, Side};
use signalbook_model::{Mode, Name, Path as RegistryPath};

use crate::{
    baseline::{Against, Baseline},
    failure::Failure,
    registry::{RegistryArgs, options, sources},
    terminal::{Terminal, count},
};

/// The arguments of a comparison.
#[derive(Debug, clap::Args)]
pub(crate) struct ComparisonArgs {
    /// The folder of the registry; the same as --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// What to compare with: `history`, `git:REF` (the merge base of the current branch and REF; `git:REF!`
    /// for REF itself), a folder, an archive, or the URL of a schema registry
    #[arg(long, value_name = "BASELINE", default_value = "history")]
    against: Against,
    /// Use this compatibility mode for all events, in place of the modes in signalbook.toml
    #[arg(long, value_name = "MODE", value_parser = mode_parser(), ignore_case = true)]
    mode: Option<Mode>,
}

/// A registry and a baseline.
pub(crate) struct Comparison {
    /// The registry.
    pub(crate) contract: Contract,
    /// The files that findings refer to.
    pub(crate) sources: Sources,
    /// The baseline.
    pub(crate) baseline: Baseline,
    /// The folder of the registry.
    pub(crate) dir: PathBuf,
    /// The events of the registry.
    new: Side,
    /// The levels and waivers of the registry.
    policy: Policy,
    mode: Option<Mode>,
}

impl Comparison {
    /// Reads the registry and the baseline. Warnings about the baseline go to stderr.
    pub(crate) fn open(args: &ComparisonArgs, terminal: &Terminal) -> Result<Self, Failure> {
        let dir = args.dir.as_ref().unwrap_or(&args.registry.registry);
        let mut sources = sources(dir)?;
        let Checked { contract, findings, policy, .. } = check(&sources, &options());
        let contract = contract.ok_or_else(|| with_errors(dir, &findings))?;
        let registry = &contract.registry;
        let baseline = Baseline::open(&args.against, dir, registry, &mut sources)?;
        for warning in &baseline.warnings {
            terminal.note(format_args!("note: {warning}"));
        }
        let new = Side::of_registry(registry)
            .map_err(|error| Failure::new("cannot make the Avro schema of an event").caused_by(error))?;
        let dir = dir.clone();
        Ok(Self { contract, sources, policy, baseline, new, dir, mode: args.mode })
    }

    /// Runs the gate.
    pub(crate) fn judge(&self) -> Report {
        self.with_gate(|gate| gate.judge(self.baseline.findings.clone()))
    }

    /// Calls `ask` with the gate between the baseline and the registry.
    pub(crate) fn with_gate<T>(&self, ask: impl FnOnce(&Gate<'_>) -> T) -> T {
        ask(&Gate {
            new: &self.new,
            baseline: &self.baseline.side,
            registry: Some(&self.contract.registry),
            mode: &|event| self.mode_of(event),
            locate: self,
            wording: &TomlWording::of(&self.sources, &self.contract),
            policy: &self.policy,
            is_whole: true,
        })
    }

    fn mode_of(&self, event_type: &Name) -> Mode {
        self.mode.unwrap_or_else(|| self.contract.settings.compatibility_of(event_type))
    }
}

impl Locate for Comparison {
    fn registry(&self, path: &RegistryPath) -> Option<Span> {
        self.contract.registry(path)
    }

    fn fact(&self, event: &Name, fact: &str) -> Option<Span> {
        self.contract.fact(event, fact)
    }

    fn accepted(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.baseline.locate(event, minor, part, &self.sources)
    }
}

/// Parses a mode, in upper or lower case.
fn mode_parser() -> impl clap::builder::TypedValueParser<Value = Mode> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    PossibleValuesParser::new(Mode::ALL.map(Mode::name))
        .try_map(|name| name.to_ascii_uppercase().parse::<Mode>())
}

fn with_errors(dir: &Path, findings: &[Finding]) -> Failure {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    Failure::new(format!("the registry `{}` has {}", dir.display(), count(errors, "error")))
        .help(format!("`signalbook check {}` shows them", dir.display()))
}
