use crate::{
    Metadata,
    backend::{Delivery, Position},
    envelope::{self, EnvelopeError},
};

/// An event as a receiver gets it: its data, and what travelled with it.
///
/// It came from the bus: [`Signals::relay`](crate::Signals::relay) passes it to receivers in the process and never sends it
/// to the bus again.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A message that no type was asked for: [`RawConsumer::receive`](crate::RawConsumer::receive).
#[derive(Debug)]
pub struct RawMessage {
    /// What travels with it, or why it cannot be read: then the message is no event.
    pub metadata: Result<Metadata, EnvelopeError>,
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
        Self { metadata, payload: message.payload, position, key: message.key, attempt }
    }
}
