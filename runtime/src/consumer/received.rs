use std::fmt;

use crate::{
    Metadata,
    backend::{Delivery, Headers, Message, Opaque, Position},
    envelope::{self, EnvelopeError},
};

/// An event with its metadata, as a receiver gets it.
///
/// It came from the bus: [`Signals::relay`](crate::Signals::relay) passes it to receivers in the process and
/// never publishes it again. `Debug` prints the data with their own `Debug`, and the length of the key.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received<T> {
    /// The metadata of the event.
    pub metadata: Metadata,
    /// The event.
    pub data: T,
    /// The position of the message.
    pub position: Position,
    /// The encoded key.
    pub key: Option<Vec<u8>>,
    /// How many times the event was delivered to the group or retried by this consumer. Above 1, it may have
    /// been processed before.
    pub attempt: u32,
}

/// An undecoded message: [`RawConsumer::receive`](crate::RawConsumer::receive). `Debug` prints the lengths of
/// key and payload, never their contents.
#[non_exhaustive]
pub struct RawMessage {
    /// The metadata, or why the headers do not hold an event.
    pub metadata: Result<Metadata, EnvelopeError>,
    /// All headers, in order, including those of the metadata. In a dead-letter topic, also the headers that
    /// say why the message is there (`dlq_reason`, `dlq_error`, `dlq_topic` and so on).
    pub headers: Vec<(String, Vec<u8>)>,
    /// The encoded datum.
    pub payload: Vec<u8>,
    /// The position of the message.
    pub position: Position,
    /// The encoded key.
    pub key: Option<Vec<u8>>,
    /// How many times the message was delivered to the group.
    pub attempt: u32,
}

impl<T> Received<T> {
    pub(crate) fn new(metadata: Metadata, data: T, delivery: Delivery) -> Self {
        let Delivery { position, attempt, message, .. } = delivery;
        Self { metadata, data, position, key: message.key, attempt }
    }
}

impl From<Delivery> for RawMessage {
    fn from(delivery: Delivery) -> Self {
        let metadata = envelope::open(&delivery.message, delivery.published);
        let Delivery { position, attempt, message, .. } = delivery;
        let Message { key, headers, payload } = message;
        Self { metadata, headers, payload, position, key, attempt }
    }
}

impl<T: fmt::Debug> fmt::Debug for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("metadata", &self.metadata)
            .field("data", &self.data)
            .field("position", &self.position)
            .field("key", &self.key.as_deref().map(Opaque))
            .field("attempt", &self.attempt)
            .finish()
    }
}

impl fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawMessage")
            .field("metadata", &self.metadata)
            .field("headers", &Headers(&self.headers))
            .field("payload", &Opaque(&self.payload))
            .field("position", &self.position)
            .field("key", &self.key.as_deref().map(Opaque))
            .field("attempt", &self.attempt)
            .finish()
    }
}
