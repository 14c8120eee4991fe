//! Consumers: read events from the bus and call receivers.

mod config;
mod dead_lettering;
mod error;
mod joining;
mod lanes;
mod layer;
mod look_ups;
mod outage;
mod outcome;
mod policy;
mod pull;
mod raw;
mod rebalancing;
mod received;
mod receiver;
mod receivers;
mod session;
mod spawned;
mod traced_call;
mod work;

use std::{
    fmt,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use config::{Config, DEFAULT_CLAIM_AFTER};
pub use error::{ConsumeError, ConsumeProblem, Failure};
pub use layer::{Attempt, Layer};
pub use outcome::{Outcome, Refusal};
pub use policy::{DeadLetter, Loss, Retry, UnknownType};
pub use pull::{Events, Pulled};
pub use raw::{RawBatch, RawConsumer};
pub use received::{RawMessage, Received};
pub use receiver::ReceiverCall;
pub(crate) use receiver::panic_message;
use receiver::{Any, Typed};

use crate::{
    Bus, Decode, Event, Framing, ProducerConfig, Signals, audit,
    backend::{BoxError, BoxFuture, Order, Start},
    envelope::Strictness,
};

/// A consumer in a group: its receivers, and what happens when they fail. [`Bus::consumer`] creates it,
/// [`run`](Self::run) runs it.
///
/// - An event is acknowledged after its receiver succeeded, not before: each is processed at least once.
/// - Events with the same key are processed one after the other, including retries ([Order](#order)). Others
///   are processed concurrently, up to [`concurrency`](Self::concurrency), within the one future of `run`.
/// - A receiver that fails or panics is retried ([`retry`](Self::retry)), unless its error is a [`Refusal`].
///   After the last attempt the message goes to the dead-letter topic ([`dead_letter`](Self::dead_letter)),
///   and so does one that was delivered too often ([`max_deliveries`](Self::max_deliveries)). Messages
///   without a readable event go there at once, and so do events of a version that this program does not know
///   ([`versions`](Self::versions)) or cannot read. An event type without a receiver is skipped
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
///   ([`UnknownType`]), have no order: they wait for no message, and no message waits for them.
///
/// With [`Order::None`] no message waits for another. [`KeyOrder`](crate::backend::KeyOrder) says what holds
/// over all members of a group.
///
/// # State
///
/// [`with`](Self::with) gives the receivers a state, which each call gets a clone of.
#[derive(Clone)]
pub struct Consumer<S = NoState> {
    config: Config,
    state: S,
}

/// The state of a [`Consumer`] whose receivers get the event alone.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NoState;

/// The state of a [`Consumer`] whose receivers get a `T` before the event: [`Consumer::with`].
#[derive(Clone, Copy, Debug)]
pub struct WithState<T>(T);

/// The numbers of messages that a consumer processed, skipped, dead-lettered, abandoned and lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumed {
    /// Events that a receiver processed.
    pub processed: u64,
    /// Events of a type without a receiver, and tombstones.
    pub skipped: u64,
    /// Messages that went to the dead-letter topic.
    pub dead_lettered: u64,
    /// Messages that were not acknowledged when the [shutdown timeout](Consumer::shutdown_timeout) ended, or
    /// whose receivers still ran when the [revocation timeout](Consumer::revocation_timeout) ended.
    pub abandoned: u64,
    /// Messages that the log deleted before the group had done them. A gap with an unknown number of messages
    /// counts as 1.
    pub lost: u64,
}

impl Consumer {
    pub(crate) fn new(bus: Bus, group: Box<str>) -> Self {
        Self { config: Config::new(bus, group), state: NoState }
    }

    /// Calls `receiver` for each event `E`. It returns an [`Outcome`]: `()`, or a `Result` whose error says
    /// why it failed.
    ///
    /// The receiver's future is polled on the task that runs the consumer, unless there is an
    /// [executor](Self::spawn_with) for it: do blocking work on another thread.
    #[must_use]
    pub fn on<E, F, R>(mut self, receiver: F) -> Self
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(Received<E>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.config.receivers.push(Arc::new(Typed::new(receiver)));
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
        self.config.any = Some(Arc::new(Any::new(receiver)));
        self
    }
}

impl<T: Clone + Send + Sync + 'static> Consumer<WithState<T>> {
    /// Calls `receiver` for each event `E`, with a clone of the state. See [`Consumer::on`].
    #[must_use]
    pub fn on<E, F, R>(mut self, receiver: F) -> Self
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(T, Received<E>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        let state = self.state.0.clone();
        let receiver = Typed::new(move |event| receiver(state.clone(), event));
        self.config.receivers.push(Arc::new(receiver));
        self
    }

    /// Calls `receiver` with the payload of each event that has no receiver of its own, and with a clone of
    /// the state. See [`Consumer::on_any`].
    #[must_use]
    pub fn on_any<F, R>(mut self, receiver: F) -> Self
    where
        F: Fn(T, Received<Vec<u8>>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        let state = self.state.0.clone();
        self.config.any = Some(Arc::new(Any::new(move |event| receiver(state.clone(), event))));
        self
    }
}

impl<S> Consumer<S> {
    /// Gives the receivers that are added from now on a state: a pool of connections, an `Arc`, or a tuple of
    /// these. Each call gets a clone of it, so that closures need to clone nothing.
    ///
    /// ```
    /// # use signalbook_macros::Event;
    /// use std::sync::{Arc, Mutex};
    /// use signalbook_runtime::{Bus, Received};
    ///
    /// # #[derive(Event)]
    /// # #[avro(crate = signalbook_runtime)]
    /// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
    /// # struct OrderPlaced { id: String }
    /// #
    /// # signalbook_runtime::blocking::block_on(async {
    /// # let bus = Bus::memory();
    /// # bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }).await?;
    /// let ledger = Arc::new(Mutex::new(Vec::new()));
    /// bus.consumer("billing")
    ///     .with(Arc::clone(&ledger))
    ///     .on(|ledger: Arc<Mutex<Vec<String>>>, event: Received<OrderPlaced>| async move {
    ///         ledger.lock().expect("the lock is not poisoned").push(event.data.id);
    ///     })
    ///     .run_until_idle()
    ///     .await?;
    /// assert_eq!(*ledger.lock().expect("the lock is not poisoned"), ["A-17"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).expect("the bus is in memory");
    /// ```
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(self, state: T) -> Consumer<WithState<T>> {
        Consumer { config: self.config, state: WithState(state) }
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
        self.config.signals.push(signals.clone());
        self
    }

    /// Wraps each call of a receiver in this layer. The first layer is the outermost.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.config.layers.push(Arc::new(layer));
        self
    }

    /// Gives the futures of receivers to an executor, with tokio: `|future| drop(tokio::spawn(future))`. So
    /// they use more than one core, and one that blocks does not block the others. Without it they are polled
    /// on the task that runs the consumer.
    ///
    /// A future that the consumer [abandons](Self::shutdown_timeout) is dropped when it is next polled.
    #[must_use]
    pub fn spawn_with(mut self, spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static) -> Self {
        self.config.spawn = Some(Arc::new(spawn));
        self
    }

    /// Reads this topic (without prefix) instead of the topics of the events. May be called for several
    /// topics.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<Box<str>>) -> Self {
        self.config.topics.push(topic.into());
        self
    }

    /// Sets the configuration of the producers, so that the consumer reads the topics on which they publish
    /// its events: those that the configuration adds, and not those that it disables. Topics that are named
    /// with [`topic`](Self::topic) take precedence.
    #[must_use]
    pub fn with_config(mut self, config: ProducerConfig) -> Self {
        self.config.producers = config;
        self
    }

    /// Sets where a new group begins. The default is [`Start::Earliest`]. An existing group continues at its
    /// position: [`Admin::seek`](crate::backend::Admin::seek) moves it.
    ///
    /// A new group that begins after old messages logs a warning with their number. [`Start::Latest`] is for
    /// topics with a past that does not matter to the group.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.config.start = start;
        self
    }

    /// Sets the name of this member, for a process that keeps its name when it is restarted: it then gets its
    /// messages at once. A member that joins under the name of another one replaces it. By default, each
    /// run gets a unique name: the host name with an id.
    #[must_use]
    pub fn member(mut self, name: impl Into<Box<str>>) -> Self {
        self.config.member = Some(name.into());
        self
    }

    /// Sets how long this member may send no heartbeat before its messages go to another. The default is one
    /// minute.
    #[must_use]
    pub fn claim_after(mut self, claim_after: Duration) -> Self {
        self.config.claim_after = claim_after;
        self
    }

    /// Sets how many events are processed concurrently. The default is 16. With 1 they are processed one by
    /// one, in the order in which they are received.
    #[must_use]
    pub fn concurrency(mut self, concurrency: NonZeroUsize) -> Self {
        self.config.concurrency = concurrency;
        self
    }

    /// Sets which events are processed in order. The default is [`Order::PerKey`]. All members of the group
    /// should have the same.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.config.order = order;
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
        self.config.prefetch = Some(prefetch);
        self
    }

    /// Sets how long a stopping consumer waits for running receivers, for acknowledgements, and for leaving
    /// the group. The default is 25 seconds. After that it abandons them: those messages are delivered again.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.config.shutdown_timeout = timeout;
        self
    }

    /// Sets how long the receivers of a partition may run on after the log has announced that another member
    /// gets the partition. The default is 10 seconds. What is done by then is acknowledged before the
    /// partition is released. Receivers that still run are dropped, and their messages go to the other
    /// member. The log may wait for a shorter time.
    #[must_use]
    pub fn revocation_timeout(mut self, timeout: Duration) -> Self {
        self.config.revocation_timeout = timeout;
        self
    }

    /// Sets what happens when the log has deleted messages that the group had not done. The default is
    /// [`Loss::Continue`]. Each such [gap](crate::backend::Gap) has an audit line in any case.
    #[must_use]
    pub fn on_loss(mut self, loss: Loss) -> Self {
        self.config.on_loss = loss;
        self
    }

    /// Sets which headers a message must have. The default is [`Strictness::Lenient`]: a missing header takes
    /// its default, with a warning in the audit log.
    #[must_use]
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.config.strictness = strictness;
        self
    }

    /// Sets how receivers are retried.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.config.retry = retry;
        self
    }

    /// Sets what happens to a message that cannot be processed.
    #[must_use]
    pub fn dead_letter(mut self, dead_letter: DeadLetter) -> Self {
        self.config.dead_letter = dead_letter;
        self
    }

    /// Sets what happens to an event whose type has no receiver. The default is [`UnknownType::Skip`].
    #[must_use]
    pub fn unknown_type(mut self, unknown_type: UnknownType) -> Self {
        self.config.unknown_type = unknown_type;
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
        self.config.lookups = self.config.lookups.versions(lookup);
        self
    }

    /// Sets whether the versions that the program does not have are read from the schema store of the bus,
    /// where publishers record them. The default is `true`.
    ///
    /// They are read after those of [`versions`](Self::versions), and never replace a version that the
    /// program has. Whoever may write to a topic may write its schemas there.
    #[must_use]
    pub fn schema_store(mut self, reads: bool) -> Self {
        self.config.schema_store = reads;
        self
    }

    /// Sets the framing of payloads: a header before each datum that names its schema, with precedence over
    /// the envelope. The default is that of the bus: none, unless its log has a framing of its own.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.config.lookups = self.config.lookups.framing(framing);
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
        self.config.lookups = self.config.lookups.fingerprints(lookup);
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
        self.config.lookups = self.config.lookups.schemas(lookup);
        self
    }

    /// Sets after how many failed messages in a row the consumer stops, instead of filling the dead-letter
    /// topic because of a fault elsewhere. The default is 10. With `None` it never stops for this reason.
    #[must_use]
    pub fn max_failures_in_a_row(mut self, max: Option<u32>) -> Self {
        self.config.max_failures = max;
        self
    }

    /// Sets how many times a message is delivered at most, over all members of the group. After that it goes
    /// to the dead-letter topic with the reason `max_deliveries`, and no receiver is called: it may be what
    /// makes the process crash. The default is 20. With `None` there is no limit.
    ///
    /// A message is delivered again after its member crashed, stopped before it was done, or sent no
    /// heartbeat for too long. Retries of a receiver are no deliveries. A crash delivers all messages again
    /// that the member held, so the limit should not be small. A log that does not count deliveries has no
    /// limit.
    #[must_use]
    pub fn max_deliveries(mut self, max: Option<u32>) -> Self {
        self.config.max_deliveries = max;
        self
    }

    /// Consumes until `shutdown` completes, then lets running receivers finish, acknowledges, and leaves the
    /// group. It can be called again, for example by a supervisor.
    ///
    /// Dropping the future instead counts as a crash: other members claim the messages it held after
    /// [`claim_after`](Self::claim_after).
    ///
    /// # Errors
    /// There is no topic, two receivers have the same event type, the bus failed, or the consumer stopped
    /// because messages could not be processed. Messages that are not acknowledged are delivered again.
    pub fn run<F>(
        &self,
        shutdown: F,
    ) -> impl Future<Output = Result<Consumed, ConsumeError>> + Send + use<S, F>
    where
        F: Future<Output = ()> + Send,
    {
        let config = self.config.clone();
        async move { config.with_relays().run(Box::pin(shutdown), false).await }
    }

    /// Joins the group, and returns the events `E` for the program to take one by one, in place of a
    /// receiver. Other receivers are called meanwhile.
    ///
    /// An event waits in this process until the program takes it, up to [`concurrency`](Self::concurrency).
    ///
    /// ```
    /// # use signalbook_macros::Event;
    /// # use signalbook_runtime::Bus;
    /// # #[derive(Event)]
    /// # #[avro(crate = signalbook_runtime)]
    /// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
    /// # struct OrderPlaced { id: String }
    /// # signalbook_runtime::blocking::block_on(async {
    /// # let bus = Bus::memory();
    /// # bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }).await?;
    /// let mut events = bus.consumer("billing").events::<OrderPlaced>().await?;
    /// while let Some(event) = events.next().await? {
    ///     println!("{}", event.data.id);
    ///     event.ack().await?; // an event that is dropped without it has failed
    /// #   break;
    /// }
    /// events.close().await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).expect("the bus is in memory");
    /// ```
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub fn events<E>(self) -> impl Future<Output = Result<Events<E>, ConsumeError>> + Send + use<S, E>
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
    {
        Events::join(self.config, std::future::pending())
    }

    /// Like [`events`](Self::events), but there are no more events after `shutdown` completes.
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub fn events_until<E, F>(
        self,
        shutdown: F,
    ) -> impl Future<Output = Result<Events<E>, ConsumeError>> + Send + use<S, E, F>
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Events::join(self.config, shutdown)
    }

    /// Runs until all messages of the topics are done. For tests.
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub fn run_until_idle(&self) -> impl Future<Output = Result<Consumed, ConsumeError>> + Send + use<S> {
        let config = self.config.clone();
        async move { config.with_relays().run(Box::pin(std::future::pending()), true).await }
    }
}

impl<S> fmt::Debug for Consumer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

fn is_ready(future: Option<&mut BoxFuture<'_, ()>>, context: &mut Context<'_>) -> bool {
    future.is_some_and(|future| future.as_mut().poll(context).is_ready())
}

/// Returns what `future` returns, or `None` if `end` ends first.
async fn before<T>(mut future: BoxFuture<'_, T>, end: &mut BoxFuture<'_, ()>) -> Option<T> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
