//! A comparison of a registry with a baseline, for `breaking` and `diff`.

use std::mem;

use signalbook_codegen::tool::{
    edit::TomlWording,
    emit::{registry_rust_types, rust_types},
};
use signalbook_diagnostics::{Locate, Part, Pattern, Span};
use signalbook_gate::{Gate, Report, Side};
use signalbook_history::CurrentEvent;
use signalbook_model::{Mode, Name, Path};

use crate::{
    baseline::{Against, Baseline, earlier_registry::Declared, unread::parse_allowed},
    failure::Failure,
    registry::{Loaded, RegistryDirArgs, history::Ledger},
    terminal::Terminal,
};

/// The arguments of a comparison.
#[derive(Debug, clap::Args)]
pub(crate) struct ComparisonArgs {
    #[command(flatten)]
    registry: RegistryDirArgs,
    /// What to compare with: `history`, `git:REF` (the merge base of the current branch and REF; `git:REF!`
    /// for REF itself), a folder, an archive, or the URL of a schema registry
    #[arg(long, value_name = "BASELINE", default_value = "history")]
    against: Against,
    /// Use this compatibility mode for all events, in place of the modes in signalbook.toml
    #[arg(long, value_name = "MODE", value_parser = mode_parser(), ignore_case = true)]
    mode: Option<Mode>,
    /// Go on without the files (`*/legacy-*.avsc`) or subjects of the baseline that match and cannot be read;
    /// can be repeated
    #[arg(long, value_name = "GLOB", value_parser = parse_allowed)]
    allow_unread: Vec<Pattern>,
}

/// A registry and a baseline.
pub(crate) struct Comparison {
    /// The registry, with the files that findings refer to.
    pub(crate) registry: Loaded,
    /// The baseline.
    pub(crate) baseline: Baseline,
    /// The events to compare.
    new: Side,
    /// Whether these are all events of the registry.
    is_whole: bool,
    mode: Option<Mode>,
}

impl Comparison {
    /// Reads the registry and the baseline. Notes about the baseline go to stderr.
    ///
    /// # Errors
    /// A part of the baseline cannot be read, and is not allowed to be left out.
    pub(crate) fn open(args: &ComparisonArgs, terminal: &Terminal) -> Result<Self, Failure> {
        let mut registry = Loaded::load(args.registry.dir())?;
        let Loaded { checked, sources, root, .. } = &mut registry;
        let baseline = Baseline::open(&args.against, root, &checked.registry, sources)?;
        for warning in &baseline.warnings {
            terminal.note(format_args!("note: {warning}"));
        }
        baseline.demand_whole(&args.allow_unread, terminal)?;
        let new = Side::of_registry(&checked.registry)
            .map_err(|error| Failure::new("cannot make the Avro schema of an event").caused_by(error))?;
        Ok(Self { registry, baseline, new, is_whole: true, mode: args.mode }.with_rust())
    }

    /// Compares the events that differ from their accepted versions with all accepted versions.
    pub(crate) fn of_changed(mut registry: Loaded, ledger: &Ledger, events: &[CurrentEvent]) -> Self {
        let baseline = Baseline::of_ledger(ledger, &mut registry.sources);
        let new = Side::of_changed(&ledger.history, events);
        Self { registry, baseline, new, is_whole: false, mode: None }.with_rust()
    }

    /// Adds the Rust code of both sides: what is generated if both are registries, else what their schemas
    /// alone determine.
    fn with_rust(mut self) -> Self {
        let Self { registry: Loaded { checked, .. }, baseline, new, .. } = &mut self;
        let Some(declared) = baseline.declared.as_ref().map(Declared::checked) else {
            *new = mem::take(new).with_rust(rust_types);
            baseline.side = mem::take(&mut baseline.side).with_rust(rust_types);
            return self;
        };
        if let (Some(now), Some(before)) = (registry_rust_types(checked), registry_rust_types(declared))
            && now != before
        {
            *new = mem::take(new).with_registry_rust(&checked.registry, &now);
            baseline.side = mem::take(&mut baseline.side).with_registry_rust(&declared.registry, &before);
        }
        self
    }

    /// Runs the gate.
    pub(crate) fn report(&self) -> Report {
        self.with_gate(|gate| gate.report(self.baseline.findings.clone()))
    }

    /// Calls `ask` with the gate between the baseline and the registry.
    pub(crate) fn with_gate<T>(&self, ask: impl FnOnce(&Gate<'_>) -> T) -> T {
        let Loaded { checked, sources, policy, .. } = &self.registry;
        let mode = |event: &Name| self.mode.unwrap_or_else(|| checked.settings.compatibility_of(event));
        let wording = TomlWording::of(sources, checked);
        let gate = Gate::new(&self.new, &self.baseline.side, &wording, policy)
            .registry(&checked.registry)
            .mode(&mode)
            .locate(self)
            .whole(self.is_whole);
        ask(&gate)
    }
}

impl Locate for Comparison {
    fn registry(&self, path: &Path) -> Option<Span> {
        self.registry.checked.registry(path)
    }

    fn fact(&self, event: &Name, fact: &str) -> Option<Span> {
        self.registry.checked.fact(event, fact)
    }

    fn accepted(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.baseline.locate(event, minor, part, &self.registry.sources)
    }
}

/// Parses a mode, in upper or lower case.
fn mode_parser() -> impl clap::builder::TypedValueParser<Value = Mode> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    PossibleValuesParser::new(Mode::ALL.map(Mode::name))
        .try_map(|name| name.to_ascii_uppercase().parse::<Mode>())
}
