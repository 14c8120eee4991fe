//! A registry beside a baseline: what `breaking` judges and `diff` tells.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use signalbook_codegen::{Checked, Contract, check, edit::suggest};
use signalbook_diagnostics::{Finding, Locate, Part, Policy, Severity, Sources, Span};
use signalbook_evolve::{Candidate, Outcome, Report, Version, gate};
use signalbook_history::minor_not_raised;
use signalbook_model::{Facts, Mode, Name, Path as Place, Schema};

use crate::{
    baseline::{Against, Baseline, Known, KnownEvent},
    failure::Failure,
    registry::{RegistryArgs, options, sources},
    terminal::{Terminal, count},
};

/// What is compared with what.
#[derive(Debug, clap::Args)]
pub(crate) struct ComparisonArgs {
    /// The folder of the registry, as with --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// What to compare with: `history`, `git:REF` (where the present branch left REF; `git:REF!` for REF itself), a folder,
    /// an archive, or the URL of a schema registry
    #[arg(long, value_name = "BASELINE", default_value = "history")]
    against: Against,
    /// Judge by this mode, whatever signalbook.toml says
    #[arg(long, value_name = "MODE", value_parser = mode_parser(), ignore_case = true)]
    mode: Option<Mode>,
}

/// A registry and a baseline.
pub(crate) struct Comparison {
    /// The registry.
    pub(crate) contract: Contract,
    /// The texts that findings point into.
    pub(crate) sources: Sources,
    /// The levels and waivers of the registry.
    pub(crate) policy: Policy,
    /// What it is compared with.
    pub(crate) baseline: Baseline,
    /// The schema of each event that travels.
    pub(crate) schemas: BTreeMap<Name, Schema>,
    /// What the registry says of each beside its schema.
    pub(crate) facts: BTreeMap<Name, Facts>,
    /// The folder of the registry.
    pub(crate) dir: PathBuf,
    mode: Option<Mode>,
}

/// An event, as it is and as it was.
pub(crate) struct Pair<'a> {
    pub(crate) event_type: &'a Name,
    /// Its minor version and its schema, if it is there.
    pub(crate) new: Option<(u32, &'a Schema)>,
    /// What the baseline knows of it.
    pub(crate) old: Option<&'a KnownEvent>,
}

impl Pair<'_> {
    /// The minor version that the registry says; where the baseline has another schema under it, the number that
    /// `accept` would give: two versions of one number are not to be told apart.
    pub(crate) fn next_minor(&self) -> u32 {
        let Some((minor, _)) = self.new else { return 0 };
        let versions = self.old.map_or(&[][..], |known| &known.versions);
        let last = versions.iter().map(|known| known.minor).max().unwrap_or_default();
        if self.taken().is_some() { last.saturating_add(1) } else { minor }
    }

    /// The version of the baseline that has the event's number and another schema.
    fn taken(&self) -> Option<&Known> {
        let (minor, schema) = self.new?;
        self.old?.versions.iter().find(|known| known.minor == minor && known.schema != *schema)
    }

    /// That the number must rise, where it must. Schemas by themselves have places, and no numbers of the event's.
    fn minor_not_raised(&self) -> Option<Finding> {
        let (minor, _) = self.new?;
        let taken = self.taken().filter(|known| known.facts.is_some())?;
        Some(minor_not_raised(self.event_type, minor, &taken.label, self.next_minor()))
    }
}

impl Comparison {
    /// Reads both sides. What the baseline has that cannot be taken as it is goes to stderr.
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
        let schema = |event_type: &Name| {
            let schema = registry.schema(event_type.as_str());
            let schema = schema.map_err(|error| Failure::new("an event has no schema").caused_by(error))?;
            Ok::<_, Failure>((event_type.clone(), schema))
        };
        let schemas = registry.events.keys().map(schema).collect::<Result<_, _>>()?;
        let facts = |event_type: &Name| Some((event_type.clone(), Facts::of(registry, event_type.as_str())?));
        let facts = registry.events.keys().filter_map(facts).collect();
        Ok(Self { contract, sources, policy, baseline, schemas, facts, dir: dir.clone(), mode: args.mode })
    }

    /// Every event of the registry, and those that were removed from it, in the order of their types.
    pub(crate) fn pairs(&self) -> Vec<Pair<'_>> {
        let known = &self.baseline.events;
        let here = self.schemas.iter().map(|(event_type, schema)| Pair {
            event_type,
            new: Some((self.contract.registry.events[event_type].minor, schema)),
            old: known.get(event_type),
        });
        let gone = known
            .iter()
            .filter(|(event_type, known)| known.declared && !self.schemas.contains_key(*event_type));
        let gone = gone.map(|(event_type, known)| Pair { event_type, new: None, old: Some(known) });
        let mut pairs: Vec<_> = here.chain(gone).collect();
        pairs.sort_by_key(|pair| pair.event_type);
        pairs
    }

    /// Whether a waiver that matches nothing here, as `unused` says of it, is left over. It is not where it speaks of
    /// versions or facts that this baseline does not have, or of an event that is written by hand: those are judged
    /// elsewhere.
    pub(crate) fn shows_unused(&self, unused: &Finding) -> bool {
        let span = unused.primary.as_ref().map(|label| label.span);
        let Some(waiver) = self.policy.waivers.iter().find(|waiver| waiver.span == span) else { return true };
        let events = &self.baseline.events;
        let is_about = |event: &Name| {
            waiver.on.as_str().starts_with(event.as_str())
                || waiver.event.as_ref().is_some_and(|on| on.matches(event.as_str()))
        };
        let by_hand = events.iter().any(|(event, known)| !known.declared && is_about(event));
        let mut versions = events.values().flat_map(|known| &known.versions);
        let has_facts = versions.clone().all(|known| known.facts.is_some());
        let has_versions = waiver
            .versions
            .as_ref()
            .is_none_or(|minors| minors.iter().any(|minor| versions.any(|known| known.minor == *minor)));
        !by_hand && has_facts && has_versions
    }

    /// Whether any event is not what it was.
    pub(crate) fn has_changes(&self) -> bool {
        self.pairs().iter().any(|pair| {
            let old = pair.old.and_then(|known| known.versions.last());
            old.map(|known| &known.schema) != pair.new.map(|(_, schema)| schema)
        })
    }

    /// What the gate says, each finding at its place. Levels and waivers have not been looked at.
    pub(crate) fn judge(&self) -> Report {
        let candidates: Vec<_> = self.pairs().iter().map(|pair| self.candidate(pair)).collect();
        let mut report = gate(&candidates);
        report.findings.extend(self.pairs().iter().filter_map(Pair::minor_not_raised));
        let located = report
            .findings
            .into_iter()
            .map(|finding| with_ways_out(finding.located(self), &self.contract, &self.sources));
        report.findings = located.collect();
        report
    }

    /// What the gate says of one event.
    pub(crate) fn outcome(&self, pair: &Pair<'_>) -> Option<Outcome> {
        gate(&[self.candidate(pair)]).events.pop()
    }

    fn candidate<'a>(&'a self, pair: &Pair<'a>) -> Candidate<'a> {
        let event_type = pair.event_type;
        let new = pair.new.map(|(_, schema)| {
            let (minor, facts) = (pair.next_minor(), self.facts.get(event_type));
            Version { minor, label: format!("minor {minor}"), schema, facts }
        });
        let version = |known: &'a Known| Version {
            minor: known.minor,
            label: known.label.clone(),
            schema: &known.schema,
            facts: known.facts.as_ref(),
        };
        Candidate {
            event_type,
            mode: self.mode_of(event_type),
            registry: Some(&self.contract.registry),
            new,
            accepted: pair.old.iter().flat_map(|known| &known.versions).map(version).collect(),
        }
    }

    /// What a new version of an event may change.
    pub(crate) fn mode_of(&self, event_type: &Name) -> Mode {
        self.mode.unwrap_or_else(|| self.contract.settings.compatibility_of(event_type))
    }
}

impl Locate for Comparison {
    fn registry(&self, path: &Place) -> Option<Span> {
        self.contract.registry(path)
    }

    fn fact(&self, event: &Name, fact: &str) -> Option<Span> {
        self.contract.fact(event, fact)
    }

    fn accepted(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.baseline.locate(event, minor, part, &self.sources)
    }
}

/// The finding with its fixes as edits of the registry; what they cannot amend is left to its words.
pub(crate) fn with_ways_out(mut finding: Finding, contract: &Contract, sources: &Sources) -> Finding {
    let fixes = finding.evidence.iter().flat_map(|evidence| &evidence.fixes);
    let suggestions: Vec<_> = fixes.map(|fix| suggest(sources, contract, fix).ok()).collect();
    // With several fixes the words say what these say; a single one they may qualify.
    if suggestions.len() > 1 && suggestions.iter().all(Option::is_some) {
        finding.help.clear();
    }
    finding.suggestions.extend(suggestions.into_iter().flatten());
    finding
}

/// Takes the names of the modes, in capitals or not.
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
