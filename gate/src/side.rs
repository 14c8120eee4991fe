use std::collections::BTreeMap;

use signalbook_history::{CurrentEvent, History, Origin, Status};
use signalbook_model::rust::RustTypes;
use signalbook_model::{Event, Facts, Name, ProjectionError, Registry, Schema};

/// The events of one side of a comparison, by event type.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Side {
    /// The events.
    pub events: BTreeMap<Name, EventVersions>,
}

/// The versions of one event.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EventVersions {
    /// The versions, in ascending order. A new side has only one.
    pub versions: Vec<Version>,
    /// Whether the event was declared in the registry, so that it counts as removed if it is no longer there.
    /// It is `false` for an event whose schema is written by hand.
    pub declared: bool,
}

/// A version of an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Version {
    /// The minor version.
    pub minor: u32,
    /// Its name in messages: `minor 3`.
    pub label: String,
    /// The schema, without documentation.
    pub schema: Schema,
    /// The facts that the schema does not hold, if they are known.
    pub facts: Option<Facts>,
    /// The Rust code that is generated for the schema. The gate has no findings about it if it is not known.
    pub rust: Option<RustTypes>,
}

impl Side {
    /// Returns the events of a registry with their declared minor versions.
    ///
    /// # Errors
    /// Returns an error if an event has no schema.
    pub fn of_registry(registry: &Registry) -> Result<Self, ProjectionError> {
        let event = |(event_type, event): (&Name, &Event)| {
            let schema = registry.schema(event_type.as_str())?;
            let version = Version::new(event.minor, schema, Facts::of(registry, event_type.as_str()));
            Ok((event_type.clone(), EventVersions::new(vec![version])))
        };
        Ok(Self { events: registry.events.iter().map(event).collect::<Result<_, _>>()? })
    }

    /// Returns the accepted versions of a history, without the retired ones.
    pub fn of_history(history: &History) -> Self {
        let event = |(event_type, _): (&Name, _)| {
            let mut event = EventVersions::default();
            for accepted in history.binding(event_type) {
                event.declared = accepted.entry.origin == Origin::Registry;
                let (schema, facts) = (accepted.schema.without_docs(), accepted.entry.facts.clone());
                event.versions.push(Version::new(accepted.minor, schema, Some(facts)));
            }
            (event_type.clone(), event)
        };
        Self { events: history.events().map(event).collect() }
    }

    /// Returns the events that differ from their accepted versions in `history`, with the minor versions that
    /// they get when they are accepted.
    pub fn of_changed<'a>(history: &History, events: impl IntoIterator<Item = &'a CurrentEvent>) -> Self {
        let event = |event: &CurrentEvent| {
            if history.status(event) == Status::Accepted {
                return None;
            }
            let minor = history.minor(event);
            let version = Version::new(minor, event.schema.without_docs(), Some(event.facts.clone()));
            Some((event.event_type.clone(), EventVersions::new(vec![version])))
        };
        Self { events: events.into_iter().filter_map(event).collect() }
    }

    /// Adds the Rust code of the last version of each event, the only one whose code the gate compares.
    #[must_use]
    pub fn with_rust(mut self, rust_types: impl Fn(&Schema) -> RustTypes) -> Self {
        for version in self.events.values_mut().filter_map(|event| event.versions.last_mut()) {
            version.rust = Some(rust_types(&version.schema));
        }
        self
    }
}

impl Side {
    /// Adds the Rust code of the events that `registry` declares, with `types`, the code for its definitions
    /// and events by their names in the registry.
    #[must_use]
    pub fn with_registry_rust(mut self, registry: &Registry, types: &RustTypes) -> Self {
        for (event_type, event) in &mut self.events {
            let declared = registry.events.get(event_type);
            let Some(version) = event.versions.last_mut() else { continue };
            if declared.is_none_or(|declared| declared.minor != version.minor) {
                continue;
            }
            let names = registry.names_by_schema(event_type);
            let root = (Event::record_name(event_type), event_type);
            let by_registry: BTreeMap<&Name, &Name> =
                names.iter().map(|(name, known)| (*known, name)).collect();
            let items = names.iter().map(|(name, known)| (name.clone(), *known)).chain([root]);
            let items = items.filter_map(|(name, known)| {
                let mut item = types.get(known)?.clone();
                for field in &mut item.fields {
                    let in_schema = field.definitions.iter().filter_map(|name| by_registry.get(name));
                    field.definitions = in_schema.map(|name| (*name).clone()).collect();
                }
                Some((name, item))
            });
            version.rust = Some(items.collect());
        }
        self
    }
}

impl EventVersions {
    /// Creates the versions of an event that was declared in the registry.
    pub fn new(versions: Vec<Version>) -> Self {
        Self { versions, declared: true }
    }
}

impl Version {
    /// Creates a version with the label `minor N` and without Rust code.
    pub fn new(minor: u32, schema: Schema, facts: Option<Facts>) -> Self {
        Self { minor, label: format!("minor {minor}"), schema, facts, rust: None }
    }

    /// Sets its name in messages.
    #[must_use]
    pub fn labelled(self, label: String) -> Self {
        Self { label, ..self }
    }
}
