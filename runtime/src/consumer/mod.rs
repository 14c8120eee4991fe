//! Consumers: read events from the bus and call receivers.

mod error;
mod joining;
mod lanes;
mod look_ups;
mod outage;
mod policy;
mod raw;
mod received;
mod receiver;
mod session;
mod work;

use std::{
    fmt,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    sync::Arc,
    task::Poll,
    time::{Duration, SystemTime},
};

pub use error::{ConsumeError, Failure};
use joining::Joining;
use look_ups::LookUps;
pub use policy::{DeadLetter, Retry, UnknownType};
pub use raw::{RawBatch, RawConsumer};
pub use received::{RawMessage, Received};
pub use receiver::Outcome;
pub(crate) use receiver::panic_message;
use receiver::{Any, Receiver, Typed};
use session::Session;

use crate::{
    Bus, Decode, Event, Framing, SchemaLookups, Signals, audit,
    backend::{BackendError, BoxError, BoxFuture, Order, Position, Start, Subscription},
    envelope::Strictness,
    metadata::IdSource,
};

/// How long a consumer may send no heartbeat before it counts as dead, unless configured.
const DEFAULT_CLAIM_AFTER: Duration = Duration::from_secs(60);

/// How long a stopping consumer waits for running receivers, unless configured. It is less than the 30
/// seconds after which Kubernetes kills a process.
const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(25);

/// A consumer in a group: its receivers, and what happens when they fail. [`Bus::consumer`] creates it,
/// [`run`](Self::run) runs it.
///
/// - An event is acknowledged after its receiver succeeded, not before: each is processed at least once.
/// - Events with the same key are processed one after the other, including retries ([Order](#order)). Others
///   are processed concurrently, up to [`concurrency`](Self::concurrency), within the one future of `run`.
/// - A receiver that fails or panics is retried, and so is a failed look-up ([`retry`](Self::retry)). After
///   the last attempt the message goes to the dead-letter topic ([`dead_letter`](Self::dead_letter)).
///   Messages without a readable event go there at once, and so do events of a version that this program does
///   not know ([`versions`](Self::versions)) or cannot read. An event type without a receiver is skipped
///   ([`unknown_type`](Self::unknown_type)), and so is a tombstone, a message without a payload.
/// - Joining is logged with `tracing`: group, topics, position, and how many messages are not acknowledged.
/// - Each message is logged, target `signalbook::audit`: topic, partition, offset, id, type,
///   and the key unless it is personal data; never the data. The text of a receiver's error or panic is
///   logged unchanged, and written to the header `dlq_error`: it should not quote the event.
///
/// # Order
///
/// Two messages of one partition with the same key are processed in the order of the log. The second begins
/// when the first is done: its receiver succeeded, or it was moved to the dead-letter topic.
///
/// - The key of a message is its wire key. If payloads have a [`framing`](Self::framing), wire keys may have
///   it too, and are compared without it.
/// - A message without a wire key, a *keyless* message, is decoded when it is received. Its key is
///   [`Event::key`], encoded as in a wire key.
/// - The key of a keyless message is *unknown* if the message cannot be decoded when it is received (its
///   schema is still looked up, or it is invalid), or if its type has no receiver of its own
///   ([`on_any`](Self::on_any), [`UnknownType::Fail`]). It may be the key of any keyless message of its
///   partition. So the message begins when the keyless messages before it are done, and the keyless messages
///   behind it begin when it is done. This holds until it is done, even if a retry decodes it.
/// - A message with a wire key never waits for an unknown key. It waits for the messages with its key before
///   it, even if these wait for an unknown key.
/// - A decoded event whose [`Event::key`] is `None`, and a keyless message that is skipped
///   ([`UnknownType::Skip`]), have no order: they wait for no message, and no message waits for them.
///
/// With [`Order::None`] no message waits for another. [`KeyOrder`](crate::backend::KeyOrder) says what holds
/// over all members of a group.
pub struct Consumer {
    bus: Bus,
    group: Box<str>,
    member: Box<str>,
    topics: Vec<Box<str>>,
    receivers: Vec<Arc<dyn Receiver>>,
    any: Option<Arc<dyn Receiver>>,
    /// Their receivers are added when the consumer begins to run.
    signals: Vec<Signals>,
    start: Start,
    claim_after: Duration,
    concurrency: NonZeroUsize,
    prefetch: Option<NonZeroUsize>,
    shutdown_timeout: Duration,
    retry: Retry,
    dead_letter: DeadLetter,
    unknown_type: UnknownType,
    max_failures: Option<u32>,
    /// Where schemas are looked up; while the consumer runs, what its readers ask: [`LookUps`].
    lookups: SchemaLookups,
    schema_store: bool,
    strictness: Strictness,
    order: Order,
}

/// The numbers of messages that a consumer processed, skipped, dead-lettered and abandoned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumed {
    /// Events that a receiver processed.
    pub processed: u64,
    /// Events of a type without a receiver, and tombstones.
    pub skipped: u64,
    /// Messages that went to the dead-letter topic.
    pub dead_lettered: u64,
    /// Messages that were not acknowledged when the [shutdown timeout](Consumer::shutdown_timeout) ended.
    pub abandoned: u64,
}

impl Consumer {
    pub(crate) fn new(bus: Bus, group: Box<str>) -> Self {
        Self {
            bus,
            group,
            member: member_name(),
            topics: Vec::new(),
            receivers: Vec::new(),
            any: None,
            signals: Vec::new(),
            start: Start::default(),
            claim_after: DEFAULT_CLAIM_AFTER,
            concurrency: NonZeroUsize::MIN.saturating_add(15),
            prefetch: None,
            shutdown_timeout: DEFAULT_SHUTDOWN_TIMEOUT,
            retry: Retry::default(),
            dead_letter: DeadLetter::default(),
            unknown_type: UnknownType::default(),
            max_failures: Some(10),
            lookups: SchemaLookups::default(),
            schema_store: true,
            strictness: Strictness::default(),
            order: Order::default(),
        }
    }

    /// Calls `receiver` for each event `E`. It returns `()`, or a `Result` whose error says why it failed.
    ///
    /// The receiver's future is polled on the task that runs the consumer: do blocking work on another
    /// thread.
    #[must_use]
    pub fn on<E, F, R>(mut self, receiver: F) -> Self
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(Received<E>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.receivers.push(Arc::new(Typed::new(receiver)));
        self
    }

    /// Calls `receiver` with the payload of each event that has no receiver of its own, regardless of its
    /// type and version.
    #[must_use]
    pub fn on_any<F, R>(mut self, receiver: F) -> Self
    where
        F: Fn(Received<Vec<u8>>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.any = Some(Arc::new(Any::new(receiver)));
        self
    }

    /// [Relays](Signals::relay) events to the receivers of `signals`: those of every event type that has
    /// receivers when the consumer begins to run. Event types whose first receiver is connected later are not
    /// read. May be called for several signals.
    ///
    /// Receivers of [`Signals::connect_local`] do not count. If a receiver fails, the event is retried with
    /// every receiver of its type.
    ///
    /// ```
    /// # use signalbook_macros::Event;
    /// # use signalbook_runtime::{Bus, Shutdown, Signals, backend::Start};
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[avro(crate = signalbook_runtime)]
    /// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
    /// # struct OrderPlaced { id: String }
    /// # signalbook_runtime::blocking::block_on(async {
    /// # let (bus, shutdown) = (Bus::memory(), Shutdown::new());
    /// # bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }).await?;
    /// let signals = Signals::new("shop/worker");
    /// # let begin = shutdown.clone();
    /// signals.connect("stock", move |event: &OrderPlaced, _| {
    /// #   begin.begin();
    ///     if event.id.is_empty() { Err("an order without id") } else { Ok(()) }
    /// });
    /// # let consumer = bus.consumer("worker").start(Start::Earliest);
    /// let consumed = consumer.relay(&signals).run(shutdown.wait()).await?;
    /// # assert_eq!(consumed.processed, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).expect("the bus is in memory");
    /// ```
    #[must_use]
    pub fn relay(mut self, signals: &Signals) -> Self {
        self.signals.push(signals.clone());
        self
    }

    /// Reads this topic (without prefix) instead of the topics of the events. May be called for several
    /// topics.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<Box<str>>) -> Self {
        self.topics.push(topic.into());
        self
    }

    /// Sets where a new group begins. The default is [`Start::Earliest`]. An existing group continues at its
    /// position: [`Admin::seek`](crate::backend::Admin::seek) moves it.
    ///
    /// A new group that begins after old messages logs a warning with their number. [`Start::Latest`] is for
    /// topics with a past that does not matter to the group.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Sets the name of this member, which must be unique among the live members of the group. The default is
    /// the host name with an id.
    #[must_use]
    pub fn member(mut self, name: impl Into<Box<str>>) -> Self {
        self.member = name.into();
        self
    }

    /// Sets how long this member may send no heartbeat before its messages go to another. The default is one
    /// minute.
    #[must_use]
    pub fn claim_after(mut self, claim_after: Duration) -> Self {
        self.claim_after = claim_after;
        self
    }

    /// Sets how many events are processed concurrently. The default is 16. With 1 they are processed one by
    /// one, in the order in which they are received.
    #[must_use]
    pub fn concurrency(mut self, concurrency: NonZeroUsize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Sets which events are processed in order. The default is [`Order::PerKey`]. All members of the group
    /// should have the same.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Sets how many messages this member holds at most: those that wait, those that are being processed, and
    /// those that are not acknowledged yet. The default is four times the [`concurrency`](Self::concurrency),
    /// and at least 64.
    ///
    /// With a larger number, a key with many messages blocks other keys less. With a smaller number, more
    /// messages are left to other members of the group.
    #[must_use]
    pub fn prefetch(mut self, prefetch: NonZeroUsize) -> Self {
        self.prefetch = Some(prefetch);
        self
    }

    /// Sets how long a stopping consumer waits for running receivers, for acknowledgements, and for leaving
    /// the group. The default is 25 seconds. After that it abandons them: those messages are delivered again.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Sets which headers a message must have. The default is [`Strictness::Lenient`]: a missing header takes
    /// its default, with a warning in the audit log.
    #[must_use]
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Sets how receivers are retried.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets what happens to a message that cannot be processed.
    #[must_use]
    pub fn dead_letter(mut self, dead_letter: DeadLetter) -> Self {
        self.dead_letter = dead_letter;
        self
    }

    /// Sets what happens to an event whose type has no receiver.
    #[must_use]
    pub fn unknown_type(mut self, unknown_type: UnknownType) -> Self {
        self.unknown_type = unknown_type;
        self
    }

    /// Sets the look-up of the schemas of versions that are newer than this program; `signalbook` has
    /// `history_folder`. The call may block: it is made on a thread of its own, once for a version.
    ///
    /// A look-up that fails is tried until it is answered, and the messages of the version wait. A version
    /// that this look-up does not know is read from the [schema store](Self::schema_store) of the bus.
    #[must_use]
    pub fn versions<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.versions(lookup);
        self
    }

    /// Sets whether the versions that the program does not have are read from the schema store of the bus,
    /// where publishers record them. The default is `true`.
    ///
    /// They are read after those of [`versions`](Self::versions), and never replace a version that the
    /// program has. Whoever may write to a topic may write its schemas there.
    #[must_use]
    pub fn schema_store(mut self, reads: bool) -> Self {
        self.schema_store = reads;
        self
    }

    /// Sets the framing of payloads: a header before each datum that names its schema, with precedence over
    /// the envelope. The default is that of the bus: none, unless its log has a framing of its own.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.lookups = self.lookups.framing(framing);
        self
    }

    /// Sets the look-up of the fingerprints of [`Framing::SingleObject`]. It is called for a fingerprint that
    /// no version of the program has, and if the envelope names a version that the program does not know.
    /// Each is looked up until it is found; `signalbook` has `history_fingerprints`. The call should be fast:
    /// it blocks all receivers.
    #[must_use]
    pub fn fingerprints<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.fingerprints(lookup);
        self
    }

    /// Sets the look-up of the schema ids of [`Framing::Confluent`]. Each is looked up until it is found.
    /// Without a look-up, the envelope names the version. `signalbook` has `SchemaRegistry::lookup`, with the
    /// feature `confluent`. The call should be fast: it blocks all receivers.
    #[must_use]
    pub fn schemas<F>(mut self, lookup: F) -> Self
    where
        F: Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.schemas(lookup);
        self
    }

    /// Sets after how many failed messages in a row the consumer stops, instead of filling the dead-letter
    /// topic because of a fault elsewhere. The default is 10. With `None` it never stops for this reason.
    #[must_use]
    pub fn max_failures_in_a_row(mut self, max: Option<u32>) -> Self {
        self.max_failures = max;
        self
    }

    /// Consumes until `shutdown` completes, then lets running receivers finish, acknowledges, and leaves the
    /// group.
    ///
    /// Dropping the future instead counts as a crash: other members claim the messages it held after
    /// [`claim_after`](Self::claim_after).
    ///
    /// # Errors
    /// There is no topic, two receivers have the same event type, the bus failed, or the consumer stopped
    /// because messages could not be processed. Messages that are not acknowledged are delivered again.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<Consumed, ConsumeError> {
        self.run_while(Box::pin(shutdown), false).await
    }

    /// Runs until all messages of the topics are done. For tests.
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub async fn run_until_idle(self) -> Result<Consumed, ConsumeError> {
        self.run_while(Box::pin(std::future::pending()), true).await
    }

    async fn run_while(
        mut self,
        mut shutdown: BoxFuture<'_, ()>,
        until_idle: bool,
    ) -> Result<Consumed, ConsumeError> {
        for signals in std::mem::take(&mut self.signals) {
            self = signals.add_relays(self);
        }
        let subscription = Subscription {
            topics: self.full_topics()?,
            group: self.group.clone(),
            member: self.member.clone(),
            start: self.start.clone(),
            claim_after: self.claim_after,
            order: self.order,
        };
        let joining = async {
            let joining = Joining::begin(&self.bus, &subscription).await;
            let subscriber = self.bus.backend().subscribe(subscription).await?;
            joining.log().await;
            Ok::<_, BackendError>(subscriber)
        };
        let Some(joined) = before(Box::pin(joining), &mut shutdown).await else {
            return Ok(Consumed::default());
        };
        let subscriber = joined?;
        let versions = self.receivers.iter().flat_map(|receiver| receiver.versions()).collect();
        let look_ups = LookUps::new(&self.bus, &self.group, &self.lookups, self.schema_store, versions);
        self.lookups = look_ups.of_readers();
        let consumed = Session::new(&self, &*subscriber, shutdown, look_ups, until_idle).run().await;
        let mut timeout = self.bus.backend().clock().sleep(self.shutdown_timeout);
        let closed = before(subscriber.close(), &mut timeout).await;
        let consumed = consumed?;
        match closed {
            Some(closed) => closed?,
            None => {
                tracing::warn!(group = &*self.group, "the shutdown timeout ended while leaving the group");
            }
        }
        Ok(consumed)
    }

    fn prefetch_limit(&self) -> usize {
        // Enough to acknowledge in batches, few enough to be delivered again after a crash.
        self.prefetch.map_or_else(|| self.concurrency.get().saturating_mul(4).max(64), NonZeroUsize::get)
    }

    fn full_topics(&self) -> Result<Vec<Arc<str>>, ConsumeError> {
        let mut event_types: Vec<_> = self.receivers.iter().map(|receiver| receiver.event_type()).collect();
        event_types.sort_unstable();
        if let Some(pair) = event_types.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ConsumeError::TwoReceivers { event_type: pair[0] });
        }
        let mut topics: Vec<&str> = match self.topics.as_slice() {
            [] => self.receivers.iter().flat_map(|receiver| receiver.topics()).copied().collect(),
            named => named.iter().map(AsRef::as_ref).collect(),
        };
        topics.sort_unstable();
        topics.dedup();
        match topics.as_slice() {
            [] => Err(ConsumeError::NoTopic),
            topics => Ok(topics.iter().map(|topic| self.bus.topic(topic)).collect()),
        }
    }

    /// The dead-letter topic of a message; `None` if the consumer stops instead.
    fn dead_letter_topic(&self, position: &Position) -> Option<Arc<str>> {
        match &self.dead_letter {
            DeadLetter::Suffix(suffix) => Some(format!("{}{suffix}", position.partition.topic).into()),
            DeadLetter::Topic(topic) => Some(self.bus.topic(topic)),
            DeadLetter::Stop => None,
        }
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events: Vec<_> = self.receivers.iter().map(|receiver| receiver.event_type()).collect();
        f.debug_struct("Consumer")
            .field("group", &self.group)
            .field("member", &self.member)
            .field("events", &events)
            .finish_non_exhaustive()
    }
}

/// Returns what `future` returns, or `None` if `end` ends first.
async fn before<T>(mut future: BoxFuture<'_, T>, end: &mut BoxFuture<'_, ()>) -> Option<T> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// A unique member name, which also shows the host.
fn member_name() -> Box<str> {
    let host = gethostname::gethostname();
    format!("{}-{}", host.to_string_lossy(), IdSource::new().next(SystemTime::now())).into()
}
