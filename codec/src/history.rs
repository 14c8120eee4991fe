/// The accepted versions of a program's events, compiled into it: what an older or newer producer wrote is read by them.
///
/// `signalbook_codegen::compile` writes one for a registry, `events::HISTORY`; generated events name it, and others do by
/// `#[event(history = events::HISTORY)]`.
///
/// ```
/// use signalbook_codec::{Accepted, History};
///
/// static HISTORY: History = History::new(&[(
///     "com.example.shop.order.placed.v1",
///     &[Accepted { minor: 0, fingerprint: 0xfdfe_1a7c_b30c_d42f, schema: r#"{"type": "record", "name": "CloudEvent", "fields": []}"# }],
/// )]);
/// assert_eq!(HISTORY.version("com.example.shop.order.placed.v1", 0).map(|accepted| accepted.minor), Some(0));
/// assert!(HISTORY.versions("com.example.shop.order.cancelled.v1").is_empty());
/// ```
#[derive(Debug)]
pub struct History {
    events: &'static [(&'static str, &'static [Accepted])],
}

/// A version of an event, as it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its minor version.
    pub minor: u32,
    /// The CRC-64-AVRO fingerprint of its schema, which several versions may share.
    pub fingerprint: u64,
    /// Its Avro schema, as JSON.
    pub schema: &'static str,
}

impl History {
    /// The history of a program that has none.
    pub const EMPTY: Self = Self::new(&[]);

    /// A history of event types, in ascending order, each with its versions, the oldest first.
    pub const fn new(events: &'static [(&'static str, &'static [Accepted])]) -> Self {
        Self { events }
    }

    /// The accepted versions of an event type, the oldest first.
    pub fn versions(&self, event_type: &str) -> &'static [Accepted] {
        match self.events.binary_search_by_key(&event_type, |(event_type, _)| event_type) {
            Ok(place) => self.events[place].1,
            Err(_) => &[],
        }
    }

    /// The version `minor` of an event type.
    pub fn version(&self, event_type: &str, minor: u32) -> Option<&'static Accepted> {
        self.versions(event_type).iter().find(|accepted| accepted.minor == minor)
    }
}
