use std::{fmt, sync::Arc, time::SystemTime};

/// A message as a producer hands it over. `Debug` prints how long key and payload are, never what they hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// What orders and partitions it; without one it has no order among others.
    pub key: Option<Vec<u8>>,
    /// Names and values, in order; a name may stand twice.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The payload.
    pub payload: Vec<u8>,
}

/// A message on its way to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The full topic, prefix included.
    pub topic: Arc<str>,
    /// What is sent.
    pub message: Message,
}

/// Where a message lies: its topic, its partition, and its place there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The partition.
    pub partition: Partition,
    /// The place within the partition in the backend's own notation (`42`, `1526919030474-55`), ordered by the backend.
    pub offset: Box<str>,
}

/// A partition of a topic; a log without partitions has the one numbered 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    /// The full topic, prefix included.
    pub topic: Arc<str>,
    /// Its number.
    pub number: u32,
}

/// A message as a subscriber gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it lies.
    pub position: Position,
    /// When the log took it.
    pub published: SystemTime,
    /// How often this group has been handed it, this time included; starts at 1. A log that does not count says 1.
    pub attempt: u32,
    /// The message.
    pub message: Message,
}

/// What one call of [`Subscriber::receive`](super::Subscriber::receive) brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Messages, in order within each partition.
    pub deliveries: Vec<Delivery>,
    /// Partitions that passed to another member of the group since the last call: what is still in hand of them is to be
    /// dropped, not acknowledged.
    pub revoked: Vec<Partition>,
}

/// Stands for a key or a payload, which may hold personal data, when a message is printed.
pub(crate) struct Opaque<'a>(pub(crate) &'a [u8]);

/// Headers, text where they are.
pub(crate) struct Headers<'a>(pub(crate) &'a [(String, Vec<u8>)]);

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("key", &self.key.as_deref().map(Opaque))
            .field("headers", &Headers(&self.headers))
            .field("payload", &Opaque(&self.payload))
            .finish()
    }
}

impl fmt::Debug for Opaque<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(name, value)| (name, String::from_utf8_lossy(value))))
            .finish()
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.topic, self.number)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.partition, self.offset)
    }
}
