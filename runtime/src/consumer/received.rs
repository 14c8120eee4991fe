use std::{fmt, sync::Arc, time::SystemTime};

use crate::{
    Metadata,
    backend::{Delivery, Headers, Message, Opaque, Partition, Position},
    envelope::{self, EnvelopeError, Strictness},
};

/// An event from the bus, with what came with it.
///
/// [`Signals::relay`](crate::Signals::relay) passes it to receivers in the process and never sends it to the
/// bus again. `Debug` prints the data with their own `Debug`, and the length of the key.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received<T> {
    /// The metadata of the event.
    pub metadata: Metadata,
    /// The event.
    pub data: T,
    /// Its position in the log.
    pub position: Position,
    /// When the log accepted it.
    pub published: SystemTime,
    /// How many times it was delivered to the group or tried again by this consumer. If it is above 1, the
    /// event may have been processed before.
    pub attempt: u32,
    message: Arc<Message>,
}

/// A message that is not decoded: [`RawConsumer::receive`](crate::RawConsumer::receive). `Debug` prints the
/// lengths of key and payload, never their contents.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawMessage {
    /// The metadata of the event, or why the message does not hold an event.
    pub metadata: Result<Metadata, EnvelopeError>,
    /// The message. Its headers include those that the metadata come from and, in a dead-letter topic, those
    /// that give the reason (`dlq_reason`, `dlq_error`, `dlq_topic` and so on).
    pub message: Arc<Message>,
    /// Its position in the log.
    pub position: Position,
    /// When the log accepted it.
    pub published: SystemTime,
    /// How many times it was delivered to the group.
    pub attempt: u32,
}

impl<T> Received<T> {
    pub(crate) fn new(metadata: Metadata, data: T, delivery: Delivery) -> Self {
        let Delivery { position, published, attempt, message } = delivery;
        Self { metadata, data, position, published, attempt, message }
    }

    /// Makes an event by hand, for a test of a receiver: it is as if a message without a key was delivered
    /// for the first time, at the time of the metadata. The topic and the offset are empty, and the partition
    /// is 0.
    ///
    /// ```
    /// # use signalbook_macros::Event;
    /// use signalbook_runtime::{Bus, Received};
    ///
    /// #[derive(Event)]
    /// # #[avro(crate = signalbook_runtime)]
    /// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
    /// struct OrderPlaced { id: String }
    ///
    /// fn charge(event: &Received<OrderPlaced>) -> Option<&str> {
    ///     (!event.is_redelivered()).then_some(&event.data.id)
    /// }
    ///
    /// let metadata = Bus::memory().publisher("shop/web").metadata::<OrderPlaced>();
    /// let mut received = Received::for_test(metadata, OrderPlaced { id: "A-17".into() });
    /// assert_eq!(charge(&received), Some("A-17"));
    /// received.attempt = 2;
    /// assert_eq!(charge(&received), None);
    /// ```
    pub fn for_test(metadata: Metadata, data: T) -> Self {
        let partition = Partition { topic: "".into(), number: 0 };
        let delivery = Delivery {
            position: Position { partition, offset: "".into() },
            published: metadata.time.to_system_time(),
            attempt: 1,
            message: Arc::new(envelope::seal(&metadata, None, Vec::new())),
        };
        Self::new(metadata, data, delivery)
    }

    /// Replaces the message, which has the [`headers`](Self::headers) and the [`key`](Self::key). For tests.
    #[must_use]
    pub fn with_message(mut self, message: Message) -> Self {
        self.message = Arc::new(message);
        self
    }

    /// All headers of the message, those that the metadata come from included.
    pub fn headers(&self) -> &Headers {
        &self.message.headers
    }

    /// The encoded key.
    pub fn key(&self) -> Option<&[u8]> {
        self.message.key.as_deref()
    }

    /// Whether the event was delivered or tried before, and so may have been processed before.
    pub fn is_redelivered(&self) -> bool {
        self.attempt > 1
    }
}

impl From<Delivery> for RawMessage {
    fn from(delivery: Delivery) -> Self {
        let metadata = envelope::open(&delivery, Strictness::Lenient).map(|opened| opened.metadata);
        let Delivery { position, published, attempt, message } = delivery;
        Self { metadata, message, position, published, attempt }
    }
}

impl<T: fmt::Debug> fmt::Debug for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("metadata", &self.metadata)
            .field("data", &self.data)
            .field("position", &self.position)
            .field("published", &self.published)
            .field("attempt", &self.attempt)
            .field("key", &self.key().map(Opaque))
            .finish_non_exhaustive()
    }
}
