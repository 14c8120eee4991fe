mod renumber;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use signalbook_codegen::{
    Contract, Sources,
    edit::{TomlWording, apply, suggest},
};
use signalbook_diagnostics::{Finding, Fix, Locate, Part, Severity, Span};
use signalbook_gate::{Gate, Report, Side};
use signalbook_history::{Change, Present, Standing, Texts, folder};
use signalbook_model::{Name, Path as Place};

use self::renumber::{Renumbering, renumbered};
use crate::{
    Outcome,
    args::FormatArgs,
    baseline::history_at,
    failure::Failure,
    registry::{
        Loaded, RegistryArgs, files,
        history::{Ledger, events},
    },
    terminal::{BOLD, Terminal, count, report},
};

/// Add each new version of an event to the history
///
/// If the schema of an event differs from its last accepted version, the event gets the next minor version,
/// in the registry as well. If the compatibility mode forbids a change, nothing is accepted. Changed facts
/// (key, topics, producer, …) are accepted without a new version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook accept                         after editing the registry, before merging
  signalbook accept services/shop/schemas
  signalbook accept --dry-run               only print what would be accepted
  signalbook accept --renumber origin/main  after a merge: renumber the versions that main does not have

`signalbook check` reports versions that are not accepted.
`signalbook breaking` shows which changes `accept` would refuse.")]
pub(crate) struct Args {
    /// The folder of the registry; the same as --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// After a merge in which both sides accepted the same minor version: keep the versions of this branch or
    /// commit, and give the next numbers to the versions added here
    #[arg(long, value_name = "REF")]
    renumber: Option<String>,
    /// Print what would be accepted, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// What `accept` prints and writes.
struct Plan {
    /// The line of each event, with its version.
    lines: Vec<String>,
    /// The changes of the history.
    changes: Vec<Change>,
    /// The registry with the new minor versions.
    sources: Sources,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = args.dir.as_deref().unwrap_or(&args.registry.registry);
    let mut registry = Loaded::load(&RegistryArgs { registry: root.to_owned() })?;
    let (ledger, renumbering) = match &args.renumber {
        None => (Ledger::open(root, &mut registry.sources)?, Renumbering::default()),
        Some(name) => renumbered(root, &history_at(name, root)?, &mut registry.sources)?,
    };
    ledger.must_be_whole(root)?;
    let events = events(&registry.contract)?;
    let report = judge(&mut registry, &ledger, &events);
    let say = |summary: &str| {
        report::print(args.format.format, &report.findings, &registry.sources, summary, terminal)
    };
    if report.findings.iter().any(|finding| finding.severity == Severity::Error) {
        say(&format!("nothing was accepted. {}", ways_out(&report.findings)))?;
        return Ok(Outcome::Findings);
    }
    let number = events.len();
    let plan = plan(&registry, &ledger, events)?;
    if !args.dry_run {
        files::replace_changed(&registry.sources, &plan.sources)?;
        renumbering.write(&ledger.folder)?;
        folder::write(&ledger.folder, &plan.changes)
            .map_err(|error| Failure::new("cannot write to the history").caused_by(error))?;
    }
    say(&plan.summary(number, &ledger, args.dry_run))?;
    Ok(Outcome::Clean)
}

/// Runs the gate on the events that would get a new version.
pub(super) fn judge(registry: &mut Loaded, ledger: &Ledger, events: &[Present]) -> Report {
    let texts = ledger.texts(&mut registry.sources);
    let Loaded { contract, sources, policy, .. } = &*registry;
    Gate {
        new: &Side::of_changed(&ledger.history, events),
        baseline: &Side::of_history(&ledger.history),
        registry: Some(&contract.registry),
        mode: &|event| contract.settings.compatibility_of(event),
        locate: &Places { contract, sources, texts },
        wording: &TomlWording::of(sources, contract),
        policy,
        is_whole: false,
    }
    .judge(Vec::new())
}

/// Locates findings in the registry and in its accepted versions.
struct Places<'a> {
    contract: &'a Contract,
    sources: &'a Sources,
    texts: Texts,
}

impl Locate for Places<'_> {
    fn registry(&self, path: &Place) -> Option<Span> {
        self.contract.registry(path)
    }

    fn fact(&self, event: &Name, fact: &str) -> Option<Span> {
        self.contract.fact(event, fact)
    }

    fn accepted(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.texts.locate(event, minor, part, self.sources)
    }
}

/// The minor version that `accept` gives an event.
fn numbered(ledger: &Ledger, event: &Present) -> u32 {
    match ledger.history.standing(event) {
        Standing::Misnumbered { minor, .. } => minor,
        Standing::Accepted | Standing::New | Standing::Revised { .. } => event.minor,
    }
}

fn plan(registry: &Loaded, ledger: &Ledger, events: Vec<Present>) -> Result<Plan, Failure> {
    let mut plan = Plan { lines: Vec::new(), changes: Vec::new(), sources: registry.sources.clone() };
    for mut event in events {
        let minor = numbered(ledger, &event);
        let mut note = String::new();
        if minor != event.minor {
            let file = plan.renumber(registry, &event, minor)?;
            note = format!(" (minor {} became {minor} in {file})", event.minor);
            event.minor = minor;
        }
        let name = &event.event_type;
        match ledger.history.standing(&event) {
            Standing::Accepted if note.is_empty() => continue,
            Standing::Accepted => {
                plan.lines.push(format!("unchanged  {BOLD}{name}{BOLD:#} minor {minor}{note}"));
            }
            Standing::Revised { facts } => {
                let facts = facts.join(", ");
                plan.lines.push(format!("revised    {BOLD}{name}{BOLD:#} minor {minor}: {facts}{note}"));
            }
            Standing::New | Standing::Misnumbered { .. } => {
                plan.lines.push(format!("accepted   {BOLD}{name}{BOLD:#} minor {minor}{note}"));
            }
        }
        plan.changes.extend(ledger.history.accept(&event));
    }
    Ok(plan)
}

impl Plan {
    /// Changes the minor version of an event in the file that declares it, and returns the name of the file.
    fn renumber(&mut self, registry: &Loaded, event: &Present, minor: u32) -> Result<String, Failure> {
        let fix = Fix::RaiseMinor { event: event.event_type.clone(), minor };
        let suggestion = suggest(&self.sources, &registry.contract, &fix).map_err(|misfit| {
            Failure::new(format!("cannot renumber `{}`", event.event_type))
                .caused_by(misfit)
                .help(format!("set `minor = {minor}` by hand"))
        })?;
        self.sources = apply(&self.sources, &suggestion);
        let files = suggestion.edits.iter().filter_map(|edit| self.sources.get(edit.span.file));
        Ok(files.map(signalbook_diagnostics::Source::name).collect())
    }

    /// The summary; `number` is the number of events that were compared.
    fn summary(&self, number: usize, ledger: &Ledger, dry_run: bool) -> String {
        let events = count(number, "event");
        if self.lines.is_empty() {
            return format!("{events}: nothing to accept");
        }
        let what = if dry_run {
            "to accept; nothing was written".to_owned()
        } else {
            format!("accepted; commit {}", shown(&ledger.folder))
        };
        format!("{}\n\n{} of {events} {what}", self.lines.join("\n"), self.lines.len())
    }
}

/// What to do about refused events: fix the registry, waive the findings, or add a new event type.
fn ways_out(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let events: BTreeSet<_> = errors.filter_map(|finding| Some(&finding.evidence.as_ref()?.event)).collect();
    let majors: Vec<_> = events.iter().map(|event| format!("`{}`", next_major(event.as_str()))).collect();
    let majors = match majors.as_slice() {
        [] => "a new event type".to_owned(),
        [major] => format!("a new event type, {major}"),
        majors => format!("new event types: {}", majors.join(", ")),
    };
    format!(
        "Fix the registry (`signalbook breaking --fix` applies the safe fixes), or waive the findings with a \
         reason. A change that cannot be fixed needs {majors}"
    )
}

/// The event type with the next major version.
fn next_major(event_type: &str) -> String {
    let major =
        event_type.rsplit_once(".v").and_then(|(rest, major)| Some((rest, major.parse::<u32>().ok()?)));
    match major {
        Some((rest, major)) => format!("{rest}.v{}", major.saturating_add(1)),
        None => format!("{event_type}.v2"),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
