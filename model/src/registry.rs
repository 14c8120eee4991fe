use std::collections::BTreeMap;

use crate::{Definition, Event, Name};

/// The types and events of a project that are on the bus, by qualified name.
///
/// Records contain the fields of their bases, and scalars are replaced by their wire types. Two registries
/// are equal if everything that users of the events can rely on is equal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// The named types, by qualified name.
    pub types: BTreeMap<Name, Definition>,
    /// The events, by event type.
    pub events: BTreeMap<Name, Event>,
}
