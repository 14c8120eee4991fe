//! What a bus must do: the trait between Signalbook and a message log.
//!
//! A backend knows topics, keys, headers and bytes; it knows neither events nor Avro. It is a log with consumer groups:
//! within a *partition* messages have an order; a *group* reads each message at least once; a message is done when the
//! group has acknowledged it. `SQLite`, Redis Streams and Kafka all are such logs, and this trait is what they share.
//!
//! - **Order.** Messages of one key lie in one partition, in the order in which they were accepted, and those of them
//!   that a group has in hand are in the hands of one subscriber, which got them in that order.
//! - **Durability.** The future of [`Backend::publish`] ends when the messages would survive a crash of this process
//!   (what else they survive is the backend's to document).
//! - **Pipelining.** `publish` accepts its batch *in the call*, before the future is first polled: two calls in order are
//!   accepted in order, and a caller may hold many futures and await them later.
//! - **Rebalance.** A partition may pass to another member of the group at any time. [`Batch::revoked`] names those that
//!   this subscriber lost; acknowledging a message of such a partition is [`ErrorKind::Revoked`], and the message goes to
//!   the new owner.
//! - **Cancellation.** Dropping a future of `receive` loses no message: what was not handed out is handed out again.
//!
//! The trait is object-safe, so that configuration can choose the bus while the program runs, and needs no executor:
//! its futures are plain and may be polled anywhere.

use std::{fmt, future::Future, num::NonZeroUsize, pin::Pin, sync::Arc, time::Duration, time::SystemTime};

use crate::Clock;

/// A future as the trait objects here return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A message as a producer hands it over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// What one call of [`Subscriber::receive`] brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Messages, in order within each partition.
    pub deliveries: Vec<Delivery>,
    /// Partitions that passed to another member of the group since the last call: what is still in hand of them is to be
    /// dropped, not acknowledged.
    pub revoked: Vec<Partition>,
}

/// Where a group begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Where the group stands; a new group begins at what is published from now on.
    #[default]
    Latest,
    /// Where the group stands; a new group begins at the oldest message kept.
    Earliest,
    /// Moves the group to this offset, in the notation of the backend, on every partition; it is the next one read.
    Offset(Box<str>),
    /// Moves the group to the first message taken at this time or later.
    Time(SystemTime),
}

/// A member's wish to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The full topics, prefix included.
    pub topics: Vec<Arc<str>>,
    /// The group: each message goes to one of its members.
    pub group: Box<str>,
    /// This member's name within the group; unique among the living.
    pub member: Box<str>,
    /// Where to begin.
    pub start: Start,
    /// After how long without a sign of life the messages that a member holds go to another.
    pub claim_after: Duration,
}

/// A message log.
pub trait Backend: fmt::Debug + Send + Sync {
    /// The clock of its executor.
    fn clock(&self) -> Arc<dyn Clock>;

    /// Appends messages. They are accepted in order within this call; the future ends when all are durable, with a
    /// position for each. Either all of a batch become durable or the error says which did.
    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>>;

    /// Joins a group.
    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>>;

    /// Ends when all that was accepted is durable, and releases the connection.
    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>>;
}

/// A member of a group.
///
/// Its calls share it, so that messages may be acknowledged while the next ones are awaited; at most one `receive` is
/// under way at a time, any number of the others.
pub trait Subscriber: fmt::Debug + Send + Sync {
    /// Up to `max` messages: as soon as there is one, else an empty batch after `wait`. A call is a sign of life.
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>>;

    /// Marks messages as done for the group, durably when the future ends. In any order: a log that commits one offset
    /// for a partition moves it past a message once all before it are done. Accepted in the call, as `publish` is.
    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>>;

    /// A sign of life while a message takes long: postpones the claim of what this member holds.
    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>>;

    /// Leaves the group; what was received and not acknowledged goes to another member at once.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>>;
}

/// Why a backend could not do what it was asked.
#[derive(Debug)]
pub struct BackendError {
    /// What kind of failure it is: decides whether trying again makes sense.
    pub kind: ErrorKind,
    /// What was attempted and what to do, for people; no secret, no payload.
    pub message: String,
    /// The client's own error.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of failure that a caller treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The log cannot be reached, or is busy: trying again later may do.
    Unavailable,
    /// The partition passed to another member.
    Revoked,
    /// The log refuses this request as it is: too large a message, no such topic, no permission.
    Refused,
    /// The backend, or the position given, is not what it should be: a damaged file, an offset in a foreign notation.
    Invalid,
    /// It was closed.
    Closed,
}

/// Why a batch is not durable as a whole.
#[derive(Debug)]
pub struct BatchError {
    /// For each message of the batch, in order, its position if it is durable all the same.
    pub published: Vec<Option<Position>>,
    /// Why the others are not.
    pub error: BackendError,
}

impl BackendError {
    /// An error with a message and no source.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same with the client's error as its source.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
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

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BackendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.published.iter().filter(|position| position.is_none()).count();
        write!(f, "{missing} of {} messages are not published: {}", self.published.len(), self.error)
    }
}

impl std::error::Error for BatchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
