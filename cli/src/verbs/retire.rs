use jiff::civil;
use signalbook_history::{Retirement, folder};
use signalbook_model::{Name, similar};

use crate::{
    Outcome,
    failure::Failure,
    registry::{Loaded, RegistryArgs, date, history::Ledger, today},
    terminal::{BOLD, Terminal},
};

/// Retire accepted versions that no event and no consumer uses any more
///
/// They stay in the history and can still be decoded; the gate holds no new version against them, and their numbers are never
/// used again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook retire com.example.shop.order.placed.v1 0 1 --reason 'kept for 30 days, the last was in May'
  signalbook retire com.example.shop.order.placed.v1 2 --reason 'the event is gone' --on 2027-01-31")]
pub(crate) struct Args {
    /// The event type
    event: String,
    /// Its minor versions
    #[arg(required = true, value_name = "MINOR")]
    minors: Vec<u32>,
    /// Why nothing uses them
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Since when; today, if nothing is said
    #[arg(long, value_name = "DATE")]
    on: Option<civil::Date>,
    #[command(flatten)]
    registry: RegistryArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut registry = Loaded::load(&args.registry)?;
    let ledger = Ledger::open(&registry.root, &mut registry.sources)?;
    ledger.must_be_whole(&registry.root)?;
    let event = Name::new(args.event.as_str());
    known(&ledger, &event, &args.minors)?;
    let declared = registry.contract.registry.events.get(&event).map(|event| event.minor);
    if let Some(minor) = args.minors.iter().find(|minor| declared == Some(**minor)) {
        return Err(Failure::usage(format!("minor {minor} of `{event}` is what the registry declares"))
            .help("retire it once the event has another one, or is gone"));
    }

    let on = args.on.map_or_else(today, date);
    let retirement = Retirement { reason: args.reason.clone(), on };
    let changes: Vec<_> =
        args.minors.iter().filter_map(|minor| ledger.history.retire(&event, *minor, &retirement)).collect();
    folder::write(&ledger.folder, &changes)
        .map_err(|error| Failure::new("the history cannot be added to").caused_by(error))?;
    for change in &changes {
        let path = ledger.folder.join(change.path());
        terminal.summary(format_args!("retired  {BOLD}{}{BOLD:#}", path.display()))?;
    }
    if changes.is_empty() {
        terminal.summary("nothing to retire: it was done before")?;
    }
    Ok(Outcome::Clean)
}

/// That these versions were accepted.
fn known(ledger: &Ledger, event: &Name, minors: &[u32]) -> Result<(), Failure> {
    let versions = ledger.history.versions(event);
    if versions.is_empty() {
        let known = ledger.history.events().map(|(event, _)| event.as_str());
        let failure = Failure::usage(format!("no version of `{event}` was ever accepted"));
        return Err(match similar(event.as_str(), known) {
            Some(similar) => failure.help(format!("an event with a similar name exists: `{similar}`")),
            None => failure,
        });
    }
    match minors.iter().find(|minor| versions.iter().all(|version| version.minor != **minor)) {
        None => Ok(()),
        Some(minor) => {
            let accepted: Vec<_> = versions.iter().map(|version| version.minor.to_string()).collect();
            Err(Failure::usage(format!("minor {minor} of `{event}` was never accepted"))
                .help(format!("these were: {}", accepted.join(", "))))
        }
    }
}
