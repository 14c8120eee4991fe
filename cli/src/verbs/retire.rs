use jiff::civil;
use signalbook_history::Retirement;
use signalbook_model::{Name, similar};

use crate::{
    Exit,
    failure::Failure,
    registry::{Loaded, RegistryArgs, date, history::Ledger, today},
    terminal::{BOLD, Terminal},
};

/// Retire accepted versions that are no longer in use
///
/// Retired versions stay in the history and can still be decoded. The gate no longer compares new versions
/// with them. Their numbers are never used again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook retire com.example.shop.order.placed.v1 0 1 \\
      --reason 'deleted after 30 days, last written in May'
  signalbook retire com.example.shop.order.placed.v1 2 \\
      --reason 'the event was removed' --on 2027-01-31")]
pub(crate) struct Args {
    /// The event type
    event: String,
    /// The minor versions to retire
    #[arg(required = true, value_name = "MINOR")]
    minors: Vec<u32>,
    /// Why the versions are no longer in use
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// The date of the retirement; today by default
    #[arg(long, value_name = "DATE")]
    on: Option<civil::Date>,
    #[command(flatten)]
    registry: RegistryArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut registry = Loaded::load(&args.registry)?;
    let ledger = Ledger::open(&registry.root, &mut registry.sources)?;
    ledger.must_be_whole(&registry.root)?;
    let event = Name::new(args.event.as_str());
    known(&ledger, &event, &args.minors)?;
    let declared = registry.checked.registry.events.get(&event).map(|event| event.minor);
    if let Some(minor) = args.minors.iter().find(|minor| declared == Some(**minor)) {
        return Err(Failure::usage(format!("the registry declares minor {minor} of `{event}`"))
            .help("raise the minor version of the event or remove the event first"));
    }

    let on = args.on.map_or_else(today, date);
    let retirement = Retirement { reason: args.reason.clone(), on };
    let changes: Vec<_> =
        args.minors.iter().filter_map(|minor| ledger.history.retire(&event, *minor, &retirement)).collect();
    ledger.write(&changes)?;
    for change in &changes {
        let path = ledger.folder.join(change.path());
        terminal.summary(format_args!("retired  {BOLD}{}{BOLD:#}", path.display()))?;
    }
    if changes.is_empty() {
        terminal.summary("nothing to retire: already retired")?;
    }
    Ok(Exit::Clean)
}

/// Checks that these versions are accepted.
fn known(ledger: &Ledger, event: &Name, minors: &[u32]) -> Result<(), Failure> {
    let versions = ledger.history.versions(event);
    if versions.is_empty() {
        let known = ledger.history.events().map(|(event, _)| event.as_str());
        let failure = Failure::usage(format!("`{event}` has no accepted versions"));
        return Err(match similar(event.as_str(), known) {
            Some(similar) => failure.help(format!("an event with a similar name exists: `{similar}`")),
            None => failure,
        });
    }
    match minors.iter().find(|minor| versions.iter().all(|version| version.minor != **minor)) {
        None => Ok(()),
        Some(minor) => {
            let accepted: Vec<_> = versions.iter().map(|version| version.minor.to_string()).collect();
            Err(Failure::usage(format!("minor {minor} of `{event}` is not an accepted version"))
                .help(format!("the accepted versions are: {}", accepted.join(", "))))
        }
    }
}
