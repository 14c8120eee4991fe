use std::collections::BTreeMap;

use signalbook_model::{Name, Schema};

use crate::Entry;

/// The accepted versions of every event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub(crate) events: BTreeMap<Name, Vec<Accepted>>,
}

/// A version of an event as it was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// Its minor version.
    pub minor: u32,
    /// Its schema.
    pub schema: Schema,
    /// The schema's file, byte for byte.
    pub text: String,
    /// What its other file says.
    pub entry: Entry,
    /// That file, byte for byte.
    pub entry_text: String,
}

impl History {
    /// Every event of which a version was accepted, with its versions, the oldest first.
    pub fn events(&self) -> impl Iterator<Item = (&Name, &[Accepted])> {
        self.events.iter().map(|(event_type, versions)| (event_type, versions.as_slice()))
    }

    /// The accepted versions of an event, the oldest first.
    pub fn versions(&self, event_type: &Name) -> &[Accepted] {
        self.events.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// One accepted version of an event.
    pub fn version(&self, event_type: &Name, minor: u32) -> Option<&Accepted> {
        self.versions(event_type).iter().find(|version| version.minor == minor)
    }

    /// The accepted versions of an event that the gate holds a new one against, the oldest first: all but the retired.
    pub fn binding(&self, event_type: &Name) -> impl Iterator<Item = &Accepted> {
        self.versions(event_type).iter().filter(|version| version.entry.retired.is_none())
    }
}
