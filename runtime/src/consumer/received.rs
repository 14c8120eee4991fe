use std::fmt;

use crate::{
    Metadata,
    backend::{Delivery, Headers, Message, Opaque, Position},
    envelope::{self, EnvelopeError},
};

/// An event as a receiver gets it: its data, and what travelled with it.
///
/// It came from the bus: [`Signals::relay`](crate::Signals::relay) passes it to receivers in the process and never sends it
/// to the bus again. `Debug` prints the data as they print themselves, and how long the key is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received<T> {
    /// What travels with the event.
    pub metadata: Metadata,
    /// The event.
    pub data: T,
    /// Where it lies.
    pub position: Position,
    /// The encoded key.
    pub key: Option<Vec<u8>>,
    /// How often the group was handed it, or this consumer tried it again; above 1 it may have been processed before.
    pub attempt: u32,
}

/// A message that no type was asked for: [`RawConsumer::receive`](crate::RawConsumer::receive). `Debug` prints how
/// long key and payload are, never what they hold.
#[non_exhaustive]
pub struct RawMessage {
    /// What travels with it, or why it cannot be read: then the message is no event.
    pub metadata: Result<Metadata, EnvelopeError>,
    /// All headers, in order: those that the metadata were read from and, in a dead-letter topic, those that say why it is
    /// there (`dlq_reason`, `dlq_error`, `dlq_topic` and so on).
    pub headers: Vec<(String, Vec<u8>)>,
    /// The encoded datum.
    pub payload: Vec<u8>,
    /// Where it lies.
    pub position: Position,
    /// The encoded key.
    pub key: Option<Vec<u8>>,
    /// How often the group was handed it.
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
