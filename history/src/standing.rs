use signalbook_diagnostics::{Evidence, Finding, Fix};
use signalbook_model::{Facts, Name, Path, Schema, SchemaError};

use crate::rules::{MINOR_NOT_RAISED, NOT_ACCEPTED};
use crate::{Accepted, History, Origin};

/// An event as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    /// Its event type.
    pub event_type: Name,
    /// Its minor version.
    pub minor: u32,
    /// Its schema.
    pub schema: Schema,
    /// The schema as it will lie in the history.
    pub text: String,
    /// What the schema does not hold.
    pub facts: Facts,
    /// Where it is declared.
    pub origin: Origin,
}

/// How an event stands to what was accepted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is as it was accepted.
    Accepted,
    /// Its version is the next, and not accepted yet.
    New,
    /// Its schema is as it was accepted; these facts are not.
    Revised {
        /// Their names, as the history's files have them.
        facts: Vec<&'static str>,
    },
    /// Its minor version must become another.
    Misnumbered {
        /// Which.
        minor: u32,
        /// Why.
        cause: Cause,
    },
}

/// Why a minor version must become another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Another schema was accepted under its number.
    SchemaDiffers,
    /// A later version was accepted: this one.
    Behind(u32),
    /// It skips numbers.
    Skips,
    /// Its number was retired.
    Retired,
}

impl Present {
    /// An event as it is now; `text` is its schema.
    ///
    /// # Errors
    /// Whatever leaves no schema.
    pub fn new(
        event_type: Name,
        minor: u32,
        text: impl Into<String>,
        facts: Facts,
        origin: Origin,
    ) -> Result<Self, SchemaError> {
        let text = text.into();
        // Read back from its text, so that it and an accepted one came through the same door.
        let (schema, _) = Schema::parse_lenient(&text)?;
        Ok(Self { event_type, minor, schema, text, facts, origin })
    }

    /// Whether its schema is that of `accepted`; documentation does not count.
    pub fn has_schema_of(&self, accepted: &Accepted) -> bool {
        self.text == accepted.text || self.schema.without_docs() == accepted.schema.without_docs()
    }
}

impl History {
    /// How `present` stands to what was accepted of it.
    ///
    /// The first version may have any number; numbers that were retired are never used again.
    pub fn standing(&self, present: &Present) -> Standing {
        let Some(latest) = self.versions(&present.event_type).last() else { return Standing::New };
        let next = latest.minor.saturating_add(1);
        let misnumbered = |minor, cause| Standing::Misnumbered { minor, cause };
        if present.minor == next {
            Standing::New
        } else if present.minor > next {
            misnumbered(next, Cause::Skips)
        } else if latest.entry.retired.is_some() {
            misnumbered(next, Cause::Retired)
        } else if present.minor < latest.minor {
            let minor = if present.has_schema_of(latest) { latest.minor } else { next };
            misnumbered(minor, Cause::Behind(latest.minor))
        } else if present.has_schema_of(latest) {
            match differing(&present.facts, &latest.entry.facts) {
                facts if facts.is_empty() => Standing::Accepted,
                facts => Standing::Revised { facts },
            }
        } else {
            misnumbered(next, Cause::SchemaDiffers)
        }
    }

    /// What there is to say of how `present` stands; nothing where it is as accepted.
    pub fn finding(&self, present: &Present) -> Option<Finding> {
        let (event, now) = (&present.event_type, present.minor);
        let unaccepted = |title| {
            Finding::new(&NOT_ACCEPTED, title).help(match present.origin {
                Origin::Registry => "`signalbook accept` accepts it",
                Origin::Rust => "the test of the crate that declares it accepts it",
            })
        };
        let finding = match self.standing(present) {
            Standing::Accepted => return None,
            Standing::New => unaccepted(format!("minor {now} of `{event}` is not accepted yet")),
            Standing::Revised { facts } => {
                unaccepted(format!("{} of `{event}` changed since minor {now} was accepted", words(&facts)))
            }
            Standing::Misnumbered { minor, cause: Cause::SchemaDiffers }
                if present.origin == Origin::Registry =>
            {
                return Some(minor_not_raised(event, now, &format!("minor {now}"), minor));
            }
            Standing::Misnumbered { minor, cause } => {
                let title = match cause {
                    Cause::SchemaDiffers => differs(event, &format!("minor {now}")),
                    Cause::Behind(latest) => {
                        format!("`{event}` has minor {now}, and minor {latest} was accepted after it")
                    }
                    Cause::Skips => format!("`{event}` has minor {now}, and the next number is {minor}"),
                    Cause::Retired => format!("minor {now} of `{event}` was retired"),
                };
                let help = match present.origin {
                    Origin::Registry => {
                        format!("set `minor = {minor}`; `signalbook accept` does, and accepts it")
                    }
                    Origin::Rust => format!("set `minor = {minor}` in its `#[event(...)]`"),
                };
                Finding::new(&MINOR_NOT_RAISED, title).help(help)
            }
        };
        Some(finding.on(Path::Event(event.clone())))
    }
}

/// What there is to say of a registry's event whose schema is another than `known`, a version with the same number, where
/// `minor` is the next free one.
pub fn minor_not_raised(event: &Name, now: u32, known: &str, minor: u32) -> Finding {
    let mut finding = Finding::new(&MINOR_NOT_RAISED, differs(event, known))
        .help(format!("`signalbook accept` makes it minor {minor}, and accepts what breaks nothing"))
        .on(Path::Event(event.clone()));
    finding.evidence = Some(Box::new(Evidence {
        fixes: vec![Fix::RaiseMinor { event: event.clone(), minor }],
        ..Evidence::about(event.clone(), Some(now), vec![now])
    }));
    finding
}

fn differs(event: &Name, known: &str) -> String {
    format!("`{event}` differs from {known}, and still has its number")
}

/// The names of the facts that differ, as the history's files have them.
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

/// `a`, `a` and `b`, `a`, `b` and `c`, in quotes.
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
