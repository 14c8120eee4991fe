use signalbook_diagnostics::{Evidence, Finding, Fix};
use signalbook_model::{Facts, Name, Path, Schema, SchemaError};

use crate::rules::{MINOR_NOT_RAISED, NOT_ACCEPTED};
use crate::{Accepted, History, Origin};

/// The current state of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentEvent {
    /// Its event type.
    pub event_type: Name,
    /// Its minor version.
    pub minor: u32,
    /// Its schema.
    pub schema: Schema,
    /// The text of the schema in the history, if it is accepted.
    pub text: String,
    /// The facts that the schema does not hold.
    pub facts: Facts,
    /// Where it is declared.
    pub origin: Origin,
}

/// How an event compares with its accepted versions.
///
/// This enum is exhaustive: `signalbook accept` must handle each status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is accepted.
    Accepted,
    /// It is a new version with the next minor version.
    New,
    /// Its schema is accepted, but these facts changed.
    Revised {
        /// The names of the facts, as in the files of the history.
        facts: Vec<&'static str>,
    },
    /// Its minor version must change.
    Misnumbered {
        /// The required minor version.
        minor: u32,
        /// The cause.
        cause: Cause,
    },
}

/// Why a minor version must change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The minor version was accepted with another schema.
    SchemaDiffers,
    /// This later minor version is already accepted.
    Behind(u32),
    /// Minor versions are skipped.
    Skips,
    /// The minor version is retired.
    Retired,
}

impl CurrentEvent {
    /// Creates the state of an event with the schema `text`.
    ///
    /// # Errors
    /// Returns an error if `text` is not a schema.
    pub fn new(
        event_type: Name,
        minor: u32,
        text: impl Into<String>,
        facts: Facts,
        origin: Origin,
    ) -> Result<Self, SchemaError> {
        let text = text.into();
        // Parsed from its text, as accepted schemas are.
        let (schema, _) = Schema::parse_lenient(&text)?;
        Ok(Self { event_type, minor, schema, text, facts, origin })
    }

    /// Whether the schemas are equal, except for documentation.
    pub fn has_schema_of(&self, accepted: &Accepted) -> bool {
        self.text == accepted.text || self.schema.without_docs() == accepted.schema.without_docs()
    }
}

impl History {
    /// Compares `current` with its accepted versions.
    ///
    /// The first version may have any minor version. Retired minor versions are never used again.
    pub fn status(&self, current: &CurrentEvent) -> Status {
        let Some(latest) = self.versions(&current.event_type).last() else { return Status::New };
        let next = latest.minor.saturating_add(1);
        let misnumbered = |minor, cause| Status::Misnumbered { minor, cause };
        if current.minor == next {
            Status::New
        } else if current.minor > next {
            misnumbered(next, Cause::Skips)
        } else if latest.entry.retired.is_some() {
            misnumbered(next, Cause::Retired)
        } else if current.minor < latest.minor {
            let minor = if current.has_schema_of(latest) { latest.minor } else { next };
            misnumbered(minor, Cause::Behind(latest.minor))
        } else if current.has_schema_of(latest) {
            match differing(&current.facts, &latest.entry.facts) {
                facts if facts.is_empty() => Status::Accepted,
                facts => Status::Revised { facts },
            }
        } else {
            misnumbered(next, Cause::SchemaDiffers)
        }
    }

    /// Returns the minor version that `current` gets when it is accepted.
    pub fn minor(&self, current: &CurrentEvent) -> u32 {
        match self.status(current) {
            Status::Misnumbered { minor, .. } => minor,
            Status::Accepted | Status::New | Status::Revised { .. } => current.minor,
        }
    }

    /// Returns a finding if `current` is not accepted.
    pub fn finding(&self, current: &CurrentEvent) -> Option<Finding> {
        let (event, now) = (&current.event_type, current.minor);
        let unaccepted = |title| {
            Finding::new(&NOT_ACCEPTED, title).help(match current.origin {
                Origin::Registry => "run `signalbook accept`",
                Origin::Rust => "the test in the crate that declares the event accepts it",
            })
        };
        let finding = match self.status(current) {
            Status::Accepted => return None,
            Status::New => unaccepted(format!("minor {now} of `{event}` is not accepted yet")),
            Status::Revised { facts } => {
                unaccepted(format!("{} of `{event}` changed since minor {now} was accepted", words(&facts)))
            }
            Status::Misnumbered { minor, cause: Cause::SchemaDiffers }
                if current.origin == Origin::Registry =>
            {
                return Some(minor_not_raised(event, now, &format!("minor {now}"), minor));
            }
            Status::Misnumbered { minor, cause } => {
                let title = match cause {
                    Cause::SchemaDiffers => differs(event, &format!("minor {now}")),
                    Cause::Behind(latest) => {
                        format!("`{event}` has minor {now}, but minor {latest} is already accepted")
                    }
                    Cause::Skips => format!(
                        "`{event}` has minor {now}, but the next minor version is \
                                             {minor}"
                    ),
                    Cause::Retired => format!("minor {now} of `{event}` was retired"),
                };
                let help = match current.origin {
                    Origin::Registry => {
                        format!("run `signalbook accept`, which sets `minor = {minor}` and accepts it")
                    }
                    Origin::Rust => format!("set `minor = {minor}` in its `#[event(...)]`"),
                };
                Finding::new(&MINOR_NOT_RAISED, title).help(help)
            }
        };
        Some(finding.on(Path::Event(event.clone())))
    }
}

/// Returns the finding for an event of the registry whose schema differs from `known`, a version with the
/// same minor version. `minor` is the next free minor version.
pub fn minor_not_raised(event: &Name, now: u32, known: &str, minor: u32) -> Finding {
    let mut finding = Finding::new(&MINOR_NOT_RAISED, differs(event, known))
        .help(format!(
            "run `signalbook accept`, which raises it to minor {minor} and accepts it if nothing \
                       breaks"
        ))
        .on(Path::Event(event.clone()));
    let mut evidence = Evidence::about(event.clone(), Some(now), vec![now]);
    evidence.fixes.push(Fix::RaiseMinor { event: event.clone(), minor });
    finding.evidence = Some(Box::new(evidence));
    finding
}

fn differs(event: &Name, known: &str) -> String {
    format!("`{event}` differs from {known}, but has the same minor version")
}

/// Returns the names of the facts that differ, as in the files of the history.
fn differing(new: &Facts, old: &Facts) -> Vec<&'static str> {
    let facts = [
        ("key", new.key == old.key),
        ("topics", new.topics == old.topics),
        ("producer", new.producer == old.producer),
        ("stability", new.stability == old.stability),
        ("deprecated", new.deprecation == old.deprecation),
        ("pii", new.pii == old.pii),
    ];
    facts.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

/// Joins names in backticks: `a`, `a` and `b`, or `a`, `b` and `c`.
fn words(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("`{name}`"),
        [names @ .., last] => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", names.join(", "))
        }
    }
}
