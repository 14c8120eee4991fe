//! What a bus must do: the trait between Signalbook and a message log.
//!
//! A backend knows topics, keys, headers and bytes; it knows neither events nor Avro. It is a log with consumer groups:
//! within a *partition* messages have an order; a *group* reads each message at least once; a message is done when the
//! group has acknowledged it. `SQLite`, Redis Streams and Kafka all are such logs, and this trait is what they share.
//!
//! # The contract
//!
//! - **Order.** Messages of one key lie in one partition, in the order in which they were accepted, and those of them
//!   that a group has in hand are in the hands of one member, which got them in that order. A member that gets messages
//!   anew, because another one died or left, gets all that are not done, in order again.
//! - **Durability.** The future of [`Backend::publish`] ends when the messages would survive a crash of this process
//!   (what else they survive is the backend's to document).
//! - **At least once.** A message is handed out until it is acknowledged: again after the member that holds it has closed,
//!   or has given no sign of life for [`Subscription::claim_after`]. It may be handed out again although it was acknowledged,
//!   where the process died before the acknowledgement was durable.
//! - **Groups** know nothing of each other. A new group begins where [`Start`] says; one that stands somewhere goes on there.
//! - **Pipelining.** [`publish`](Backend::publish) and [`acknowledge`](Subscriber::acknowledge) accept their batch *in the
//!   call*, before the future is first polled: two calls in order are accepted in order, a caller may hold many futures and
//!   await them later, and dropping one takes nothing back.
//! - **Rebalance.** A partition may pass to another member of the group at any time. [`Batch::revoked`] names those that
//!   this member lost; acknowledging a message that another member may hold by now is [`ErrorKind::Revoked`] and has no
//!   effect on that message, while the others of the call are acknowledged all the same. A log that can lose single
//!   messages to another member, and not whole partitions, answers so for these, and revokes nothing.
//! - **Cancellation.** Dropping a future of [`receive`](Subscriber::receive) loses no message: what was not handed out is
//!   handed out again, to this member by its next call.
//! - **Members.** One that joins under the name of a member of its group takes that one's place and its messages: so does
//!   a process with a fixed name that was restarted. Dropping a subscriber without closing it is as a crash.
//! - **Closing.** After [`Backend::close`] every call is [`ErrorKind::Closed`]; one that waits ends so.
//!
//! What holds for every backend is held by the suite in `testing::conformance`, which each one runs (feature `testing`).
//!
//! # How logs fit
//!
//! `SQLite` and the memory have one partition a topic, and hand out messages one by one as their keys allow. Redis
//! Streams: one partition a topic, an entry's id is the offset, `XACK` acknowledges, `XAUTOCLAIM` takes a dead member's
//! entries. Kafka: its partitions are assigned by the broker, an offset is committed once all before it are done, and what
//! was received of a partition that was taken away is revoked as a whole.
//!
//! The traits are object-safe, so that configuration can choose the bus while the program runs, and need no executor:
//! their futures are plain and may be polled anywhere.

mod error;
mod message;

use std::{fmt, future::Future, num::NonZeroUsize, pin::Pin, sync::Arc, time::Duration, time::SystemTime};

pub use error::{BackendError, BatchError, ErrorKind};
pub use message::{Batch, Delivery, Message, Outgoing, Partition, Position};
pub(crate) use message::{Headers, Opaque};

use crate::Clock;

/// A future as the trait objects here return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error, as a source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

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
