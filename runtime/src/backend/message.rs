use std::{fmt, sync::Arc, time::SystemTime};

use signalbook_model::Json;

use super::{Contract, Gap, Headers};
use crate::{Text, schemas::hex};

/// A message to publish. `Debug` prints the lengths of key and payload, never their contents.
///
/// These are all its parts, and a program may name them: a backend must store each of them, so a further one
/// would be a change that backends must notice.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Determines the partition and the order. A message without a key has no order among others.
    pub key: Option<Vec<u8>>,
    /// The headers, in order.
    pub headers: Headers,
    /// The payload. `None` is a tombstone, which is not an event: in a compacted topic of Kafka it deletes
    /// the messages of its key.
    pub payload: Option<Vec<u8>>,
}

/// A message and the topic to publish it on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// The full topic, prefix included.
    pub topic: Arc<str>,
    /// The message.
    pub message: Message,
    /// What its bytes mean. `None` for a message that is passed on as it is, such as a dead letter.
    pub contract: Option<Contract>,
}

impl Message {
    /// Its size in bytes: that of its key, its [headers](Headers::as_bytes) and its payload.
    pub fn size(&self) -> usize {
        let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        length(&self.key) + self.headers.as_bytes().len() + length(&self.payload)
    }

    /// The message as a JSON object with the members `headers` ([`Headers::to_json`]), `key` and `payload`,
    /// which are hexadecimal digits, or null if the message has none.
    pub fn to_json(&self) -> Json {
        let digits =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(Json::Null, |bytes| Json::String(hex(bytes)));
        Json::object([
            ("headers", self.headers.to_json()),
            ("key", digits(&self.key)),
            ("payload", digits(&self.payload)),
        ])
    }
}

impl Outgoing {
    /// A message without a contract.
    pub fn new(topic: impl Into<Arc<str>>, message: Message) -> Self {
        Self { topic: topic.into(), message, contract: None }
    }

    /// Sets the contract.
    #[must_use]
    pub fn with_contract(mut self, contract: Option<Contract>) -> Self {
        self.contract = contract;
        self
    }
}

/// The position of a message in the log.
///
/// These are all its parts: whatever else a log needs to find a message is in the text of the offset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The partition.
    pub partition: Partition,
    /// The offset within the partition in the backend's own notation (`42`, `1526919030474-55`), ordered by
    /// the backend.
    pub offset: Text,
}

/// A partition of a topic. A log without partitions has one, number 0.
///
/// These are all its parts: they identify it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    /// The full topic, prefix included.
    pub topic: Arc<str>,
    /// Its number within the topic.
    pub number: u32,
}

/// A message as a subscriber receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The position of the message.
    pub position: Position,
    /// When the log accepted it.
    pub published: SystemTime,
    /// How many times it was delivered to this group, including this time: starts at 1. A log that does not
    /// count reports 1.
    pub attempt: u32,
    /// The message. It is shared, so that a log in memory and a consumer can both keep it.
    pub message: Arc<Message>,
}

/// The result of one call of [`Subscriber::receive`](super::Subscriber::receive).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// Messages, in order within each partition.
    pub deliveries: Vec<Delivery>,
    /// What the group has lost on the topics of the member since a member was last told.
    pub gaps: Vec<Gap>,
}

impl Delivery {
    /// A message that the log accepted at this time, and delivers for the first time.
    pub fn new(position: Position, published: SystemTime, message: impl Into<Arc<Message>>) -> Self {
        Self { position, published, attempt: 1, message: message.into() }
    }

    /// Sets how many times it was delivered.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }
}

impl Batch {
    /// Messages, and no gaps.
    pub fn new(deliveries: Vec<Delivery>) -> Self {
        Self { deliveries, gaps: Vec::new() }
    }

    /// Sets what the group has lost.
    #[must_use]
    pub fn with_gaps(mut self, gaps: Vec<Gap>) -> Self {
        self.gaps = gaps;
        self
    }

    /// Whether it has neither messages nor gaps.
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty() && self.gaps.is_empty()
    }
}

/// Prints the length of a key or a payload, which may hold personal data.
pub(crate) struct Opaque<'a>(pub(crate) &'a [u8]);

impl Default for Message {
    /// A message with an empty payload, and without a key or headers.
    fn default() -> Self {
        Self { key: None, headers: Headers::new(), payload: Some(Vec::new()) }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("key", &self.key.as_deref().map(Opaque))
            .field("headers", &self.headers)
            .field("payload", &self.payload.as_deref().map(Opaque))
            .finish()
    }
}

impl fmt::Debug for Opaque<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
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
