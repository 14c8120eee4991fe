//! Consumers: read events from the bus and call receivers.

mod builder;
mod config;
mod dead_lettering;
mod error;
mod executor;
mod joining;
mod lanes;
mod layer;
mod look_ups;
mod outage;
mod outcome;
mod policy;
mod pull;
mod raw;
mod received;
mod receiver;
mod receivers_by_type;
mod session;
mod traced_call;
mod work;
mod work_wakers;

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use config::Config;
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

use crate::{Bus, Decode, Event, Signals, audit_log, backend::BoxFuture};

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
/// With [`Order::None`](crate::backend::Order::None) no message waits for another.
/// [`KeyOrder`](crate::backend::KeyOrder) says what holds over all members of a group.
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

    /// Consumes until `shutdown` completes, then lets running receivers finish, acknowledges, and leaves the
    /// group. It can be called again, for example by a supervisor.
    ///
    /// If `shutdown` completes while the consumer joins the group, it waits until the log has answered, at
    /// most for the [shutdown timeout](Self::shutdown_timeout), and leaves the group. A member that joins
    /// later counts as crashed.
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
async fn before<T>(mut future: impl Future<Output = T> + Unpin, end: &mut BoxFuture<'_, ()>) -> Option<T> {
    poll_fn(|context| match Pin::new(&mut future).poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
