use std::collections::BTreeMap;

use signalbook_model::{Name, Schema};

use crate::Entry;

/// The accepted versions of every event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub(crate) events: BTreeMap<Name, Vec<Accepted>>,
}

/// An accepted version of an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    /// Its minor version.
    pub minor: u32,
    /// Its schema.
    pub schema: Schema,
    /// The text of the schema file.
    pub text: String,
    /// The contents of the TOML file.
    pub entry: Entry,
    /// The text of the TOML file.
    pub entry_text: String,
}

impl History {
    /// Returns every event with its accepted versions, the oldest first.
    pub fn events(&self) -> impl Iterator<Item = (&Name, &[Accepted])> {
        self.events.iter().map(|(event_type, versions)| (event_type, versions.as_slice()))
    }

    /// Returns the accepted versions of an event, the oldest first.
    pub fn versions(&self, event_type: &Name) -> &[Accepted] {
        self.events.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// Returns one accepted version of an event.
    pub fn version(&self, event_type: &Name, minor: u32) -> Option<&Accepted> {
        self.versions(event_type).iter().find(|version| version.minor == minor)
    }

    /// Returns the accepted versions with which the gate compares a new one, the oldest first: all that are
    /// not retired.
    pub fn binding(&self, event_type: &Name) -> impl Iterator<Item = &Accepted> {
        self.versions(event_type).iter().filter(|version| version.entry.retired.is_none())
    }
}
