//! The pages about a registry, an event or a type.

use std::fmt;

use signalbook_codegen::tool::{CheckedRegistry, EventDef};
use signalbook_model::{Definition, Event, FixedLogical, Name, Registry, Stability};

use super::tree::{Tree, personal_data};
use crate::terminal::{BOLD, DIM, count};

/// The list of all events and types.
pub(super) struct Contents<'a>(pub(super) &'a CheckedRegistry);

/// The page of an event that has no Avro schema.
pub(super) struct LocalPage<'a>(pub(super) &'a EventDef);

/// The page of an event.
pub(super) struct EventPage<'a> {
    pub(super) registry: &'a Registry,
    pub(super) event_type: &'a Name,
    pub(super) event: &'a Event,
    pub(super) owner: Option<&'a str>,
    /// `None` if the event has no schema.
    pub(super) fingerprint: Option<u64>,
}

/// The page of a type.
pub(super) struct TypePage<'a> {
    pub(super) registry: &'a Registry,
    pub(super) name: &'a Name,
    pub(super) definition: &'a Definition,
}

impl fmt::Display for Contents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(checked) = self;
        list(f, "event", checked.events.iter().map(|event| (&event.name, event.doc.as_deref())))?;
        writeln!(f)?;
        list(f, "type", checked.types.iter().map(|ty| (&ty.name, ty.doc.as_deref())))
    }
}

impl fmt::Display for LocalPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(event) = self;
        writeln!(f, "{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", event.name, event.constant)?;
        doc(f, event.doc.as_deref())?;
        writeln!(f)?;
        fact(f, "bus", "no: delivered within the process, without a schema")?;
        fact(f, "owner", event.owner.as_deref().unwrap_or("none"))?;
        let fields = join(event.data.iter().map(|field| field.name.clone()), ", ");
        fact(f, "data", fields.as_deref().unwrap_or("none"))
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    entries: impl Iterator<Item = (&'a Name, Option<&'a str>)> + Clone,
) -> fmt::Result {
    let width = entries.clone().map(|(name, _)| name.as_str().chars().count()).max().unwrap_or_default();
    writeln!(f, "{BOLD}{}{BOLD:#}", count(entries.clone().count(), title))?;
    for (name, doc) in entries {
        let doc = doc.and_then(|doc| doc.lines().next()).unwrap_or_default();
        writeln!(f, "  {:<width$}  {DIM}{doc}{DIM:#}", name.as_str())?;
    }
    Ok(())
}

impl fmt::Display for EventPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, event_type, event, owner, fingerprint } = *self;
        writeln!(f, "{BOLD}{event_type}{BOLD:#}  {DIM}{}{DIM:#}", event.name)?;
        doc(f, event.doc.as_deref())?;
        writeln!(f)?;
        let tree = Tree::of(registry, &event.data);
        let stability = match event.stability {
            Stability::Stable => "stable",
            Stability::Unstable => "unstable: may still change",
        };
        let personal = personal_data(registry, &event.data);
        let personal = personal.into_iter().map(|(path, class)| format!("{path} ({class})"));
        let no_schema = || "none: this event has no Avro schema".to_owned();
        fact(f, "minor version", event.minor)?;
        fact(f, "stability", stability)?;
        if let Some(deprecation) = &event.deprecation {
            let replacement = deprecation.replacement.as_ref().map(|name| format!("use {name}"));
            let parts = [replacement, deprecation.reason.clone()];
            fact(
                f,
                "deprecated",
                join(parts.into_iter().flatten(), "; ").unwrap_or_else(|| "yes".to_owned()),
            )?;
        }
        fact(f, "key", event.key.as_deref().unwrap_or("none: the events are not ordered"))?;
        fact(f, "topics", join(event.topics.iter().cloned(), ", ").as_deref().unwrap_or("none"))?;
        fact(f, "producer", event.producer.as_deref().unwrap_or("any"))?;
        if let Some(owner) = owner {
            fact(f, "owner", owner)?;
        }
        fact(f, "personal data", join(personal, "\n").as_deref().unwrap_or("none"))?;
        fact(
            f,
            "fingerprint",
            fingerprint.map_or_else(no_schema, |crc| format!("{crc:016x} (CRC-64-AVRO)")),
        )?;
        writeln!(f, "\n{BOLD}data{BOLD:#}")?;
        write!(f, "{tree}")
    }
}

impl fmt::Display for TypePage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, name, definition } = *self;
        let (kind, aliases) = match definition {
            Definition::Record(record) if record.error => ("error", &record.aliases),
            Definition::Record(record) => ("record", &record.aliases),
            Definition::Enum(enumeration) => ("enum", &enumeration.aliases),
            Definition::Fixed(fixed) => ("fixed", &fixed.aliases),
        };
        writeln!(f, "{BOLD}{name}{BOLD:#}  {DIM}{kind}{DIM:#}")?;
        doc(f, doc_of(definition))?;
        writeln!(f)?;
        if let Some(aliases) = join(aliases.iter().cloned(), ", ") {
            fact(f, "aliases", aliases)?;
        }
        let users =
            registry.events.iter().filter(|(_, event)| Tree::of(registry, &event.data).mentions(name));
        let users = join(users.map(|(event_type, _)| event_type.to_string()), "\n");
        fact(f, "used by", users.as_deref().unwrap_or("no event"))?;
        match definition {
            Definition::Record(record) => {
                writeln!(f, "\n{BOLD}fields{BOLD:#}")?;
                write!(f, "{}", Tree::of_record(registry, name, &record.fields))
            }
            Definition::Enum(enumeration) => {
                fact(f, "symbols", enumeration.symbols.join(", "))?;
                fact(f, "fallback", enumeration.fallback.as_deref().unwrap_or("none"))
            }
            Definition::Fixed(fixed) => {
                fact(f, "size", count(fixed.size, "byte"))?;
                match fixed.logical {
                    None => Ok(()),
                    Some(FixedLogical::Uuid) => fact(f, "meaning", "a UUID"),
                    Some(FixedLogical::Duration) => fact(f, "meaning", "months, days, milliseconds"),
                    Some(decimal @ FixedLogical::Decimal { .. }) => fact(f, "meaning", decimal),
                }
            }
        }
    }
}

fn doc(f: &mut fmt::Formatter<'_>, doc: Option<&str>) -> fmt::Result {
    doc.map_or(Ok(()), |doc| writeln!(f, "{doc}"))
}

/// Writes a fact. Further lines of `value` are indented below the first.
fn fact(f: &mut fmt::Formatter<'_>, name: &str, value: impl fmt::Display) -> fmt::Result {
    for (index, line) in value.to_string().lines().enumerate() {
        let name = if index == 0 { name } else { "" };
        writeln!(f, "{DIM}{name:<14}{DIM:#} {line}")?;
    }
    Ok(())
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> Option<String> {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { None } else { Some(parts.join(separator)) }
}

fn doc_of(definition: &Definition) -> Option<&str> {
    match definition {
        Definition::Record(record) => record.doc.as_deref(),
        Definition::Enum(enumeration) => enumeration.doc.as_deref(),
        Definition::Fixed(fixed) => fixed.doc.as_deref(),
    }
}
