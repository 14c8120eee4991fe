use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Framing, SchemaLookups, Text,
    consumer::{config::Config, receiver::OpenReceiver},
};

/// The receivers of one run, with their readers.
pub(super) struct Receivers {
    typed: BTreeMap<&'static str, Box<dyn OpenReceiver>>,
    any: Option<Box<dyn OpenReceiver>>,
    framing: Framing,
    /// The event types without a receiver that the log has named.
    unknown: BTreeSet<Box<str>>,
}

/// How many event types without a receiver the log names.
const MOST_UNKNOWN: usize = 100;

impl Receivers {
    pub(super) fn open(config: &Config, lookups: &SchemaLookups) -> Self {
        let open = config.receivers.iter().map(|receiver| (receiver.event_type(), receiver.open(lookups)));
        Self {
            typed: open.collect(),
            any: config.any.as_ref().map(|any| any.open(lookups)),
            framing: lookups.framing_or(Framing::Datum),
            unknown: BTreeSet::new(),
        }
    }

    /// The receiver of an event type.
    pub(super) fn find(&mut self, event_type: &str) -> Option<&mut dyn OpenReceiver> {
        let Self { typed, any, .. } = self;
        let receiver = typed.get_mut(event_type).or(any.as_mut())?;
        Some(&mut **receiver)
    }

    /// The text of an event type.
    pub(super) fn event_type_text(&self, event_type: &str) -> Text {
        let typed = self.typed.get_key_value(event_type);
        typed.map_or_else(|| event_type.into(), |(event_type, _)| Text::from_static(event_type))
    }

    /// A wire key without its framing.
    pub(super) fn strip<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        self.framing.strip(key)
    }

    /// Logs that an event type has no receiver, once.
    pub(super) fn warn_of_unknown(&mut self, group: &str, event_type: &str) {
        if self.unknown.len() < MOST_UNKNOWN && !self.unknown.contains(event_type) {
            self.unknown.insert(event_type.into());
            tracing::warn!(group, event_type, "no receiver has this event type: its events are skipped");
        }
    }
}
