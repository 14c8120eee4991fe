use std::collections::BTreeMap;

use crate::{Definition, Event, Name};

/// A contract: every type and every event that travels, by qualified name.
///
/// It is what a team agreed on, after lowering: bases are flattened, scalars are their wire types. Two registries are
/// equal when they agree on all that an event's users can rely on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// The named types, by qualified registry name.
    pub types: BTreeMap<Name, Definition>,
    /// The events that travel, by event type.
    pub events: BTreeMap<Name, Event>,
}
