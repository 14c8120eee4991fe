mod merge_repair;

use std::collections::BTreeSet;

use signalbook_codegen::tool::{
    Sources,
    edit::{Editor, apply_all},
};
use signalbook_diagnostics::{Finding, Fix, Severity, Suggestion};
use signalbook_gate::next_major;
use signalbook_history::{CurrentEvent, FileChange, Status};

use self::merge_repair::{MergeRepair, renumbered};
use crate::{
    Exit,
    baseline::{comparison::Comparison, history_at},
    failure::Failure,
    registry::{
        Loaded, RegistryDirArgs,
        history::{Ledger, events},
        output_files,
    },
    shared_args::FormatArgs,
    terminal::{BOLD, Terminal, count, findings_report},
};

/// Add each new version of an event to the history
///
/// If the schema of an event differs from its last accepted version, the event gets the next minor version,
/// in the registry as well. If the compatibility mode forbids a change, nothing is accepted. Changed facts
/// (key, topics, producer, …) are accepted without a new version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook accept                         after an edit, before the merge
  signalbook accept services/shop/schemas
  signalbook accept --dry-run               only print what would be accepted
  signalbook accept --renumber origin/main  after a merge: keep main's numbers

`signalbook check` reports versions that are not accepted.
`signalbook breaking` shows which changes `accept` would refuse.")]
pub(crate) struct Args {
    #[command(flatten)]
    registry: RegistryDirArgs,
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
struct Acceptance {
    /// The line of each event, with its version.
    lines: Vec<String>,
    /// The changes of the history.
    changes: Vec<FileChange>,
    /// The registry with the new minor versions.
    sources: Sources,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let root = args.registry.dir();
    let mut registry = Loaded::load(root)?;
    let (ledger, repair) = match &args.renumber {
        None => (Ledger::open(root, &mut registry.sources)?, MergeRepair::default()),
        Some(name) => renumbered(root, &history_at(name, root)?, &mut registry.sources)?,
    };
    ledger.must_be_whole(root)?;
    let events = events(&registry.checked)?;
    let comparison = Comparison::of_changed(registry, &ledger, &events);
    let (registry, report) = (&comparison.registry, comparison.report());
    let print = |summary: &str| {
        findings_report::print(args.format.format, &report.findings, &registry.sources, summary, terminal)
    };
    if report.findings.iter().any(|finding| finding.severity == Severity::Error) {
        print(&format!("nothing was accepted. {}", advice(&report.findings)))?;
        return Ok(Exit::Findings);
    }
    let number = events.len();
    let acceptance = acceptance(registry, &ledger, events)?;
    if !args.dry_run {
        output_files::replace_changed(&registry.sources, &acceptance.sources)?;
        repair.write(&ledger.folder)?;
        ledger.write(&acceptance.changes)?;
    }
    print(&acceptance.summary(number, &ledger, args.dry_run))?;
    Ok(Exit::Clean)
}

fn acceptance(registry: &Loaded, ledger: &Ledger, events: Vec<CurrentEvent>) -> Result<Acceptance, Failure> {
    let mut acceptance = Acceptance { lines: Vec::new(), changes: Vec::new(), sources: Sources::new() };
    let editor = Editor::new(&registry.sources, &registry.checked);
    let mut renumbered = Vec::new();
    for mut event in events {
        let minor = ledger.history.minor(&event);
        let mut note = String::new();
        if minor != event.minor {
            let suggestion = renumber(&editor, &event, minor)?;
            let files = suggestion.edits.iter().filter_map(|edit| registry.sources.get(edit.span.file));
            let file: String = files.map(signalbook_diagnostics::Source::name).collect();
            renumbered.push(suggestion);
            note = format!(" (minor {} became {minor} in {file})", event.minor);
            event.minor = minor;
        }
        let name = &event.event_type;
        match ledger.history.status(&event) {
            Status::Accepted if note.is_empty() => continue,
            Status::Accepted => {
                acceptance.lines.push(format!("unchanged  {BOLD}{name}{BOLD:#} minor {minor}{note}"));
            }
            Status::Revised { facts } => {
                let facts = facts.join(", ");
                acceptance
                    .lines
                    .push(format!("revised    {BOLD}{name}{BOLD:#} minor {minor}: {facts}{note}"));
            }
            Status::New | Status::Misnumbered { .. } => {
                acceptance.lines.push(format!("accepted   {BOLD}{name}{BOLD:#} minor {minor}{note}"));
            }
        }
        acceptance.changes.extend(ledger.history.accept(&event));
    }
    acceptance.sources = apply_all(&registry.sources, &renumbered);
    Ok(acceptance)
}

/// Returns the edit that changes the minor version of an event in the file that declares it.
fn renumber(editor: &Editor<'_>, event: &CurrentEvent, minor: u32) -> Result<Suggestion, Failure> {
    let fix = Fix::RaiseMinor { event: event.event_type.clone(), minor };
    editor.suggest(&fix).map_err(|error| {
        Failure::new(format!("cannot renumber `{}`", event.event_type))
            .caused_by(error)
            .help(format!("set `minor = {minor}` by hand"))
    })
}

impl Acceptance {
    /// The summary; `number` is the number of events that were compared.
    fn summary(&self, number: usize, ledger: &Ledger, dry_run: bool) -> String {
        let events = count(number, "event");
        if self.lines.is_empty() {
            return format!("{events}: nothing to accept");
        }
        let what = if dry_run {
            "to accept; nothing was written".to_owned()
        } else {
            format!("accepted; commit {}", ledger.folder.display())
        };
        format!("{}\n\n{} of {events} {what}", self.lines.join("\n"), self.lines.len())
    }
}

/// What to do about refused events: fix the registry, waive the findings, or add a new event type.
fn advice(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let events: BTreeSet<_> = errors.filter_map(|finding| Some(&finding.evidence.as_ref()?.event)).collect();
    let majors: Vec<_> = events.iter().map(|event| format!("`{}`", next_major(event))).collect();
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
