/// The accepted versions of a program's events, which are compiled into it. With them it reads events of
/// older and newer producers.
///
/// `signalbook_codegen::compile` writes the history of a registry as `events::HISTORY`. Generated events
/// refer to it, others by `#[event(history = events::HISTORY)]`.
///
/// ```
/// use signalbook_codec::{Accepted, History};
///
/// static HISTORY: History = History::new(&[(
///     "com.example.shop.order.placed.v1",
///     &[Accepted {
///         minor: 0,
///         fingerprint: 0xfdfe_1a7c_b30c_d42f,
///         schema: r#"{"type": "record", "name": "CloudEvent", "fields": []}"#,
///     }],
/// )]);
/// let accepted = HISTORY.version("com.example.shop.order.placed.v1", 0);
/// assert_eq!(accepted.map(|accepted| accepted.minor), Some(0));
/// assert!(HISTORY.versions("com.example.shop.order.cancelled.v1").is_empty());
/// ```
#[derive(Debug)]
pub struct History {
    events: &'static [(&'static str, &'static [Accepted])],
}

/// An accepted version of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its minor version.
    pub minor: u32,
    /// The CRC-64-AVRO fingerprint of its schema. Several versions may have the same.
    pub fingerprint: u64,
    /// Its Avro schema, as JSON.
    pub schema: &'static str,
}

impl History {
    /// A history without versions.
    pub const EMPTY: Self = Self::new(&[]);

    /// A history of event types in ascending order, each with its versions from the oldest to the newest.
    pub const fn new(events: &'static [(&'static str, &'static [Accepted])]) -> Self {
        Self { events }
    }

    /// Returns the accepted versions of an event type, from the oldest to the newest.
    pub fn versions(&self, event_type: &str) -> &'static [Accepted] {
        match self.events.binary_search_by_key(&event_type, |(event_type, _)| event_type) {
            Ok(index) => self.events[index].1,
            Err(_) => &[],
        }
    }

    /// Returns the version `minor` of an event type.
    pub fn version(&self, event_type: &str, minor: u32) -> Option<&'static Accepted> {
        self.versions(event_type).iter().find(|accepted| accepted.minor == minor)
    }
}
