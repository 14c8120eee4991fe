//! The trait between Signalbook and a message log.
//!
//! A backend knows topics, keys, headers and bytes. It does not know events or Avro; the [`Contract`] of a
//! message is opaque to it, except if its log has a framing of its own. It is a log with
//! consumer groups: messages are ordered within a *partition*; a *group* reads each message at least once; a
//! message is done when the group has acknowledged it. `SQLite`, Redis Streams and Kafka are such logs, and
//! this trait is what they have in common.
//!
//! # The contract
//!
//! - **Order.** Messages with the same key are in one partition, in the order in which they were accepted. At
//!   any time, only one member of a group holds unacknowledged messages of a key, and it received them in
//!   that order, unless the group asks for [`Order::None`]. A member that receives messages again, because
//!   another member died or left, gets all that are not acknowledged, again in order. [`Backend::key_order`]
//!   says how the log keeps a key in one member's hands, and so what holds for messages without keys: over
//!   several members they are in order only with [`KeyOrder::SingleReader`], or if their partition is
//!   assigned to one member. Cases: `a_key_keeps_its_order`, `a_key_stays_in_its_partition`,
//!   `one_member_holds_a_key`, `many_members_share_the_work`, `keyless_messages_arrive`,
//!   `a_group_without_order_gets_all_messages`, `unacknowledged_messages_return_on_close`.
//! - **Messages** arrive unchanged: key, headers and payload, each of which may be empty. A message may have
//!   900 KiB: its key, its headers and its payload ([`Message::size`]). The messages of a batch may be for
//!   several topics, and an empty batch is no error. Cases: `messages_arrive_unchanged`,
//!   `large_messages_arrive`, `a_batch_has_several_topics`, `topics_are_separate`.
//! - **Names.** The name of a topic has ASCII letters, digits, dots, underscores and hyphens. The names of
//!   groups and members are any text. Each has at most 200 bytes.
//!   Cases: `odd_names_work`.
//! - **Handles.** A log has any number of handles, in one process or in several. What one of them publishes,
//!   the others receive.
//!   Cases: `handles_share_a_log`, `capabilities_are_declared`.
//! - **Durability.** The future of [`Backend::publish`] completes when the messages would survive a crash of
//!   this process. The backend documents what else they survive.
//!   Cases: `handles_share_a_log`.
//! - **At least once.** A message is delivered until it is acknowledged. It is delivered again after the
//!   member that holds it has closed, or has sent no heartbeat for [`Subscription::claim_after`]. An
//!   acknowledged message may be delivered again if the process died before the acknowledgement was durable.
//!   Cases: `a_dead_members_messages_go_to_another`, `a_heartbeat_postpones_the_claim`,
//!   `unfinished_messages_move_with_their_partition`.
//! - **Deliveries.** If the log counts how many times a message was delivered ([`Delivery::attempt`]), it can
//!   also give a message back without counting its delivery: [`give_back`](Subscriber::give_back). Otherwise
//!   it reports 1.
//!   Cases: `a_message_that_is_given_back_is_not_counted`.
//! - **Acknowledgements** are for single messages: none is done because a later one is. A second
//!   acknowledgement of a message has no effect. An offset that the backend cannot parse is
//!   [`ErrorKind::Invalid`]. [`publish_and_acknowledge`](Subscriber::publish_and_acknowledge) does both.
//!   Cases: `messages_are_acknowledged_in_any_order`, `a_second_acknowledgement_has_no_effect`,
//!   `acknowledging_while_receiving`, `a_foreign_position_is_invalid`, `a_message_is_replaced_by_another`.
//! - **Groups** are independent of each other. A new group begins at its [`Start`], which is decided before
//!   [`Backend::subscribe`] completes; an existing group continues at its position. On a partition that ends
//!   before the start, the group begins at its end, so that it gets all that is published later. A group has
//!   a position even if it has acknowledged nothing. Cases: `groups_are_independent`,
//!   `a_group_continues_at_its_position`, `a_group_without_acknowledgements_comes_back`,
//!   `a_new_group_begins_at_its_start`, `a_new_group_begins_at_an_offset`, `a_new_group_begins_at_a_time`,
//!   `a_start_after_the_end_loses_nothing`.
//! - **Pipelining.** [`publish`](Backend::publish) and [`acknowledge`](Subscriber::acknowledge) accept their
//!   batch *in the call*, before the future is first polled. Two calls in order are accepted in order. A
//!   caller may hold many futures and await them later. Dropping a future does not undo the call.
//!   Cases: `publishing_is_accepted_in_the_call`, `acknowledging_is_accepted_in_the_call`,
//!   `a_flush_covers_what_was_accepted`.
//! - **Rebalance.** A partition may be assigned to another member of the group at any time. The member polls
//!   [`rebalance`](Subscriber::rebalance) to learn of it. After [`Rebalance::Revoking`], `receive` returns no
//!   more messages of these partitions. The member acknowledges what is done and calls
//!   [`release`](Subscriber::release); then they belong to others. The backend limits how long it waits for
//!   the release. If it waits no longer, or if the member was dead, the partitions are revoked as they are:
//!   [`Rebalance::Revoked`]. Their messages belong to others. Until the member has taken this from
//!   `rebalance`, its `receive` returns [`ErrorKind::Revoked`]. Cases:
//!   `a_rebalance_repeats_nothing_acknowledged`, `unfinished_messages_move_with_their_partition`,
//!   `a_released_partition_is_assigned`, `a_revocation_is_taken_before_messages`.
//! - **Late acknowledgements.** If a message was acknowledged after its partition was released or revoked, or
//!   after it went to another member, the acknowledgement may count, or it is [`ErrorKind::Revoked`] and has
//!   no effect on that message. The other messages of the call are acknowledged. A log that moves single
//!   messages to another member, and not whole partitions, returns this error for these messages and revokes
//!   no partition.
//!   Cases: `a_late_acknowledgement_is_refused_or_counts`, `the_others_of_a_late_call_are_acknowledged`.
//! - **Loss.** If a log has deleted messages that a group had not done, [`Batch::gaps`] tells a member of the
//!   group so, once, with the reason as far as the log knows it. Messages that a member holds are not lost as
//!   long as it lives.
//!   Cases: `a_loss_is_told_once`, `a_held_message_is_lost_with_its_member`.
//! - **Waiting.** [`receive`](Subscriber::receive) returns when there is a message, from any handle, or after
//!   its wait. Other calls of the member work meanwhile.
//!   Cases: `receive_waits_and_wakes`, `acknowledging_while_receiving`.
//! - **Outage.** While the log cannot be reached, each call is [`ErrorKind::Unavailable`] after a limited
//!   time. Afterwards the same handles and members continue, and [`Backend::flush`] tells that what was
//!   accepted before is durable or has failed. Only [`rebalance`](Subscriber::rebalance) may be pending for
//!   ever. A [`Bus`](crate::Bus) drops the future of a call that hangs nevertheless:
//!   [`Bus::with_timeout`](crate::Bus::with_timeout).
//!   Cases: `an_outage_loses_nothing`.
//! - **Cancellation.** Dropping a future of [`receive`](Subscriber::receive) or
//!   [`rebalance`](Subscriber::rebalance) loses nothing: the next call of this member returns what was not
//!   delivered.
//!   Cases: `a_cancelled_receive_loses_nothing`, `a_dropped_rebalance_loses_nothing`.
//! - **Members.** A member has a unique name, which the backend makes, or a name that its subscription gives:
//!   static membership. A member that joins under the name of an existing member of its group replaces it and
//!   takes over its messages, as a process does that was restarted. If the log can tell, the calls of the one
//!   that was replaced return [`ErrorKind::Fenced`]. Dropping a subscriber without closing it counts as a
//!   crash.
//!   Cases: `a_member_that_joins_again_replaces_itself`, `a_dead_members_messages_go_to_another`.
//! - **Administration.** [`Backend::admin`] shows topics and groups, moves and forgets groups, and reads
//!   without a group. A group with live members does not move and is not forgotten. No group moves to an
//!   offset after the end of a partition. Cases:
//!   `topics_are_listed`, `groups_are_listed_and_forgotten`, `a_group_shows_its_progress`,
//!   `a_waiting_member_is_live`, `a_group_moves_to_an_offset`, `a_group_moves_to_a_time`,
//!   `a_group_moves_to_the_ends`, `a_group_does_not_move_to_an_invalid_target`,
//!   `a_group_does_not_move_after_the_end`,
//!   `a_group_with_live_members_does_not_move`, `a_dead_member_does_not_block_a_move`,
//!   `reading_leaves_no_trace`.
//! - **Contracts.** A backend with a [`SchemaStore`] records the [`Contract`] of a message before the first
//!   message that carries it, in the order of the messages. If the store has another schema for the version,
//!   no message of the batch is published, and the error is [`ErrorKind::SchemaConflict`]. If the store does
//!   not permit to record it, the error is [`ErrorKind::Refused`] if the contract is
//!   [required](Contract::is_required); otherwise the message is published as if it had no contract.
//!   [`Backend::prepare`] does the same without a message. Cases:
//!   `the_first_schema_is_kept`, `a_contract_is_recorded_before_its_message`,
//!   `another_schema_of_a_version_is_a_conflict`, `a_refused_schema_stops_what_requires_it`,
//!   `a_contract_is_prepared`.
//! - **Closing.** After [`Backend::close`] every call returns [`ErrorKind::Closed`], and so does a pending
//!   call. Whether the other handles of a log in memory are closed too is up to it.
//!   Cases: `a_closed_bus_returns_errors`.
//! - **Services.** A [`Publisher`](crate::Publisher) and a [`Consumer`](crate::Consumer) over the backend
//!   process each event at least once, and those of a key in order, whatever fails or stops.
//!   Cases: `a_failing_receiver_is_called_again`, `a_poison_message_becomes_a_dead_letter`,
//!   `a_slow_receiver_keeps_its_event`, `a_shutdown_loses_and_repeats_nothing`,
//!   `three_consumers_share_the_events`, `an_unavailable_log_delays_a_consumer`,
//!   `a_hanging_log_does_not_stop_a_shutdown`.
//!
//! The suite in `testing::conformance` (feature `testing`) tests what every backend must do. Each backend
//! runs it. The cases that are named above are functions of that module. `examples/backend` is a small
//! backend that passes it.
//!
//! # How logs implement it
//!
//! `SQLite` and the memory backend have one partition for each topic, and deliver messages one by one as
//! their keys allow. Redis Streams: one partition for each topic, the offset is the id of an entry, `XACK`
//! acknowledges, `XAUTOCLAIM` claims the entries of a dead member. Kafka: the broker assigns its partitions,
//! an offset is committed once all messages before it are done, and a partition is revoked as a whole: the
//! client's rebalance callback waits for the release. `testing::PartitionedBackend` is such a log in memory.
//!
//! The traits are object-safe, so that configuration can choose the bus at run time. They need no executor:
//! their futures may be polled anywhere.

mod admin;
mod contract;
mod error;
mod gap;
/// The headers of a message.
pub mod headers;
mod message;
mod order;
mod rebalance;
mod schema_store;

use std::{
    fmt,
    future::{self, Future},
    num::NonZeroUsize,
    pin::Pin,
    sync::Arc,
    time::Duration,
    time::SystemTime,
};

pub use admin::{Admin, GroupInfo, MemberInfo, MessageRange, PartitionInfo, PartitionProgress, Pending};
pub use contract::{Contract, KeySchema};
pub use error::{BackendError, BatchError, ErrorKind, Fate};
pub use gap::{Gap, GapReason};
pub use headers::Headers;
pub(crate) use message::Opaque;
pub use message::{Batch, Delivery, Message, Outgoing, Partition, Position};
pub use order::{KeyOrder, Order};
pub use rebalance::{Rebalance, receive_and_release};
pub use schema_store::{SchemaIds, SchemaStore};

use crate::{Clock, Text, metadata::IdSource};

/// A boxed future, as the trait objects return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error, as a source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Where a new group begins ([`Subscription::start`]), or where a group moves to ([`Admin::seek`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the oldest message of the log.
    #[default]
    Earliest,
    /// With the messages published from now on: for a topic with a past that does not matter to the group.
    Latest,
    /// At this offset, in the backend's notation, on every partition. It is the next offset to read. A new
    /// group begins at the end of a partition that ends before it; [`Admin::seek`] returns an error.
    Offset(Text),
    /// At the first message accepted at this time or later. Without such a message, at the end.
    Time(SystemTime),
}

/// The parameters of [`Backend::subscribe`].
///
/// ```
/// use std::time::Duration;
/// use signalbook_runtime::backend::{Start, Subscription};
///
/// let subscription = Subscription::new("billing", ["orders", "invoices"])
///     .with_start(Start::Latest)
///     .with_claim_after(Duration::from_secs(30));
/// assert_eq!(subscription.member, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// The full topics, including the prefix.
    pub topics: Vec<Arc<str>>,
    /// The group: each message goes to one of its members.
    pub group: Box<str>,
    /// The name of this member. A member that joins under the name of another one replaces it: this is
    /// static membership, for a process that keeps its name when it is restarted. With `None` the backend
    /// makes a unique name.
    pub member: Option<Box<str>>,
    /// Where the group begins on the topics that it has not read before. It does not move an existing group:
    /// see [`Admin::seek`].
    pub start: Start,
    /// How long a member may send no heartbeat before its messages go to another member.
    pub claim_after: Duration,
    /// The order that the group needs. All its members should ask for the same.
    pub order: Order,
}

impl Subscription {
    /// The [`claim_after`](Self::claim_after) of a subscription that does not set one.
    pub const DEFAULT_CLAIM_AFTER: Duration = Duration::from_secs(60);

    /// A subscription of a member with a unique name to full topics, including the prefix. A new group begins
    /// at the earliest message, and needs the order of each key.
    pub fn new(group: impl Into<Box<str>>, topics: impl IntoIterator<Item: Into<Arc<str>>>) -> Self {
        Self {
            topics: topics.into_iter().map(Into::into).collect(),
            group: group.into(),
            member: None,
            start: Start::default(),
            claim_after: Self::DEFAULT_CLAIM_AFTER,
            order: Order::default(),
        }
    }

    /// Sets the name of the member: static membership.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<Box<str>>) -> Self {
        self.member = Some(name.into());
        self
    }

    /// Sets where a new group begins.
    #[must_use]
    pub fn with_start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Sets how long the member may send no heartbeat.
    #[must_use]
    pub fn with_claim_after(mut self, claim_after: Duration) -> Self {
        self.claim_after = claim_after;
        self
    }

    /// Sets the order that the group needs.
    #[must_use]
    pub fn with_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// The name of this member, or a new unique name, which also shows the host.
    pub fn member_name(&self) -> Box<str> {
        self.member.clone().unwrap_or_else(|| {
            let host = gethostname::gethostname();
            format!("{}-{}", host.to_string_lossy(), IdSource::new().next(SystemTime::now())).into()
        })
    }
}

/// A message log.
pub trait Backend: fmt::Debug + Send + Sync {
    /// The clock of the backend's executor.
    fn clock(&self) -> Arc<dyn Clock>;

    /// The name of the log, for trace spans: the attribute `messaging.system` of OpenTelemetry, such as
    /// `kafka`.
    fn system(&self) -> &'static str {
        "signalbook"
    }

    /// Appends messages. They are accepted in order within this call. The future completes when all are
    /// durable, and returns a position for each.
    ///
    /// If not all became durable, the error has the [`Fate`] of each message. A backend says
    /// [`Fate::NotPublished`] only if it knows that the log does not have the message and never will; after a
    /// lost connection it says [`Fate::Unknown`]. It does not publish a message again whose fate is unknown,
    /// unless the log removes duplicates.
    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>>;

    /// Joins a group. If the future is dropped before it completes, the member may have joined or may still
    /// join: it then counts as one that crashed, and its messages go to others after
    /// [`Subscription::claim_after`].
    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>>;

    /// How the log keeps the messages of a key in the hands of one member at a time, if a group asks for
    /// [`Order::PerKey`].
    fn key_order(&self) -> KeyOrder {
        KeyOrder::ByKey
    }

    /// Returns the store in which this log records the contracts of messages. Returns `None` if it has none.
    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        None
    }

    /// Returns the administration of this log. Returns `None` if it has none.
    fn admin(&self) -> Option<&dyn Admin> {
        None
    }

    /// Returns the schemas of the ids in payloads. Returns `None` if the log has no framing of its own.
    ///
    /// A payload with an id has Confluent's framing: [`Framing::Confluent`](crate::Framing::Confluent). A
    /// consumer then uses this framing and these schemas, unless it is configured otherwise.
    fn schema_ids(&self) -> Option<&dyn SchemaIds> {
        None
    }

    /// Whether [`publish`](Self::publish) uses the contracts of messages: it records them in the schema
    /// store, or the log has a framing of its own.
    fn uses_contracts(&self) -> bool {
        self.schema_store().is_some() || self.schema_ids().is_some()
    }

    /// Does with a contract what [`publish`](Self::publish) does before the first message that carries it:
    /// records it in the schema store, or resolves its id. The error is [`ErrorKind::Unsupported`] if the
    /// backend does not use contracts.
    ///
    /// The default uses the [schema store](Self::schema_store).
    fn prepare(&self, contract: &Contract) -> BoxFuture<'static, Result<(), BackendError>> {
        let Some(store) = self.schema_store() else {
            return Box::pin(future::ready(Err(BackendError::unsupported("schemas of events"))));
        };
        let recording = store.put_if_absent(contract.scope(), contract.name(), contract.value().to_vec());
        let contract = contract.clone();
        Box::pin(async move { contract.check(recording.await) })
    }

    /// Waits until each message that was accepted before the call is durable or has failed. The futures of
    /// [`publish`](Self::publish) need not be polled for that. It fails only if it cannot tell.
    ///
    /// A [`Bus`](crate::Bus) counts a message in its [queue](crate::Bus::with_queue) until then if the future
    /// of `publish` was dropped, and repeats the call while the error is [`ErrorKind::Unavailable`].
    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>>;

    /// Waits until all accepted messages are durable, and releases the connection.
    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>>;
}

/// A member of a group.
///
/// The methods take `&self`, so that messages can be acknowledged while the next ones are awaited. At most
/// one `receive` and one `rebalance` may be pending at a time, and any number of the others.
pub trait Subscriber: fmt::Debug + Send + Sync {
    /// Returns up to `max` messages as soon as there is a message or a gap, or an empty batch after `wait`. A
    /// call counts as a heartbeat.
    ///
    /// The error is [`ErrorKind::Revoked`] as long as a [`Rebalance::Revoked`] waits to be taken from
    /// [`rebalance`](Self::rebalance).
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>>;

    /// Marks messages as done for the group, in any order; durable when the future completes. A log that
    /// commits one offset for each partition moves it past a message once all messages before it are done.
    /// The batch is accepted in the call, as by `publish`.
    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>>;

    /// Gives messages back that this member holds and did not process: they are delivered again, to any
    /// member, in order, and this delivery does not count ([`Delivery::attempt`]). The batch is accepted in
    /// the call, as by `publish`.
    ///
    /// A consumer does so when it stops, and with the other messages of a batch if one of them may be what
    /// makes the process crash. The default is for a log that does not count deliveries: it returns
    /// [`ErrorKind::Unsupported`], and the member keeps the messages.
    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        drop(positions);
        Box::pin(future::ready(Err(BackendError::unsupported("giving messages back"))))
    }

    /// Publishes messages on `backend`, whose subscriber this is, and marks others as done: those that they
    /// replace. The batch is accepted in the call, as by `publish`.
    ///
    /// A log with transactions does both or nothing. If this member does not hold one of `positions`, because
    /// it is done or another member holds it, the error of such a log is [`ErrorKind::Revoked`].
    ///
    /// The default publishes, and then acknowledges. If all of [`BatchError::fates`] are published, only
    /// acknowledging failed.
    fn publish_and_acknowledge<'a>(
        &'a self,
        backend: &'a dyn Backend,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
    ) -> BoxFuture<'a, Result<Vec<Position>, BatchError>> {
        let publishing = backend.publish(batch);
        Box::pin(async move {
            let published = publishing.await?;
            match self.acknowledge(positions).await {
                Ok(()) => Ok(published),
                Err(error) => {
                    Err(BatchError::new(published.into_iter().map(Fate::Published).collect(), error))
                }
            }
        })
    }

    /// Waits for the next change of the partitions of this member. It is always polled while the member
    /// lives, but does not count as a heartbeat. It is pending for ever if the log assigns no partitions and
    /// revokes none.
    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        Box::pin(future::pending())
    }

    /// Answers [`Rebalance::Revoking`]: what ran has finished or was dropped, and what is done was
    /// acknowledged. When the future completes, the partitions belong to other members, and the member hears
    /// no more of them. It has no effect on partitions that are not about to be revoked.
    fn release(&self, partitions: Vec<Partition>) -> BoxFuture<'_, Result<(), BackendError>> {
        drop(partitions);
        Box::pin(future::ready(Ok(())))
    }

    /// Sends a heartbeat while a message takes long: postpones the claim of the messages that this member
    /// holds. A call of [`receive`](Self::receive) may be pending meanwhile.
    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>>;

    /// Leaves the group. Messages that were received and not acknowledged go to another member at once.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>>;
}
