//! The bus as programs use it.

mod bounded;
mod connect;
mod memory;
mod none;
mod settings;
mod time_limit;

use std::{future::Future, sync::Arc, time::Duration};

pub(crate) use bounded::Bounded;
pub use connect::{Connect, ConnectError, Scheme};
pub use memory::MemoryBus;
pub use settings::{Secret, Settings};
pub(crate) use time_limit::TimeLimit;

use crate::{
    Consumer, Event, Metadata, Observer, PublishError, Publisher, RawConsumer, Sealed, SealedError,
    StoredSchema, Text, TraceContext,
    backend::{
        Admin, Backend, BackendError, BatchError, BoxFuture, Contract, ErrorKind, Outgoing, Position, Start,
        Subscriber, Subscription,
    },
    envelope,
    publisher::{Announced, DEFAULT_MAX_BYTES, Queue, Traced, check_attributes, check_size},
    schemas::Contracts,
    telemetry::{self, Metric, Telemetry},
};

/// A bus: publishers and consumers of typed events over a [`Backend`]. Clones are handles on the same bus.
///
/// Programs open one with `signalbook::connect(url)`, tests with [`Bus::memory`]. [`Bus::new`] takes any
/// backend.
#[derive(Clone, Debug)]
pub struct Bus {
    queue: Arc<Queue>,
    prefix: Option<Arc<str>>,
    contracts: Contracts,
    telemetry: Telemetry,
}

impl Bus {
    /// Creates a bus over a backend.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        let (contracts, telemetry) = (Contracts::new("".into()), Telemetry::default());
        Self { queue: Queue::new(backend), prefix: None, contracts, telemetry }
    }

    /// Creates a bus within this process that records what is published on it. For tests.
    pub fn memory() -> MemoryBus {
        MemoryBus::default()
    }

    /// Returns this bus with a prefix for each topic, `<prefix>-<topic>`, to keep several environments apart.
    /// An empty prefix means no prefix.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.prefix = (!prefix.is_empty()).then(|| prefix.into());
        self.contracts = Contracts::new(prefix.into());
        self
    }

    /// Returns this bus with a queue of its own for so many messages: those that are accepted and not known
    /// to be durable or to have failed. The default is 10,000. An event or a batch with more messages is
    /// accepted when the queue is empty.
    ///
    /// The backend never has more messages than the queue, whatever the log does: a message whose fate is
    /// [`Fate::Unknown`](crate::backend::Fate::Unknown) because the log did not answer in time counts until
    /// the log can [flush](Backend::flush) again.
    #[must_use]
    pub fn with_queue(mut self, messages: usize) -> Self {
        self.queue = self.queue.with_capacity(messages);
        self
    }

    /// Returns this bus with another timeout, and with a queue of its own: how long each call of the backend
    /// may take, by publishers, consumers, the [administration](Self::admin) and this type. The default is 60
    /// seconds. The error is [`ErrorKind::Unavailable`], and the fate of messages is then
    /// [`Fate::Unknown`](crate::backend::Fate::Unknown).
    ///
    /// A consumer treats a call that took too long as an outage, and makes it again. The time of a call that
    /// receives begins when its wait is over. If joining a group takes too long, the consumer ends with the
    /// error. If the log lets the member join later, the member counts as crashed.
    ///
    /// The time of a published event is counted from the first poll after it was accepted. Before, it waits
    /// for room at most as long, and is then not published.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.queue = self.queue.with_timeout(timeout);
        self
    }

    /// Returns this bus with an observer, which sees what its publishers and consumers do. Those that
    /// exist already have none.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.telemetry.observer = Some(Arc::new(observer));
        self
    }

    /// Returns this bus with the context of traces in the headers of messages. Publishers and consumers that
    /// exist already do without.
    #[must_use]
    pub fn with_trace_context(mut self, trace_context: impl TraceContext + 'static) -> Self {
        self.telemetry.trace_context = Some(Arc::new(trace_context));
        self
    }

    /// Reports to the observer how many messages a group has not acknowledged: one [`Metric::Lag`] for each
    /// topic whose lag the log knows. Call it from time to time.
    ///
    /// # Errors
    /// The bus failed, or has no administration.
    pub async fn observe_lag(&self, group: &str) -> Result<(), BackendError> {
        let Some(info) = self.admin()?.group(group).await? else { return Ok(()) };
        for partitions in info.partitions.chunk_by(|a, b| a.partition.topic == b.partition.topic) {
            let lags = partitions.iter().map(|progress| progress.lag);
            if let Some(lag) = lags.sum::<Option<u64>>() {
                let topic = &*partitions[0].partition.topic;
                self.telemetry.observe(|| Metric::Lag.of(telemetry::count(lag)).topic(topic).group(group));
            }
        }
        Ok(())
    }

    /// Creates a publisher for the events of `source`, the `CloudEvents` name of the service:
    /// `openedx/lms/web`.
    pub fn publisher(&self, source: impl Into<Text>) -> Publisher {
        Publisher::new(self.clone(), source.into())
    }

    /// Creates a consumer in a group. Each event goes to one of the group's consumers, in this process or
    /// another.
    pub fn consumer(&self, group: impl Into<Box<str>>) -> Consumer {
        Consumer::new(self.clone(), group.into())
    }

    /// Publishes an encoded datum with its metadata. For tools.
    ///
    /// The message is accepted as by [`Publisher::publish`], and durable when the future completes. `key` is
    /// the Avro encoding of the value at the event's key path.
    ///
    /// # Errors
    /// The message is larger than [`DEFAULT_MAX_BYTES`], its id or event type is empty, or the bus failed.
    pub fn publish_raw(
        &self,
        topic: &str,
        metadata: &Metadata,
        key: Option<Vec<u8>>,
        datum: Vec<u8>,
    ) -> impl Future<Output = Result<Position, PublishError>> + Send + use<> {
        let mut message = envelope::seal(metadata, key, datum);
        telemetry::pass_on(&self.telemetry, metadata, &mut message.headers);
        let event_type = &*metadata.event_type;
        let checked = check_attributes(event_type, metadata)
            .and_then(|()| check_size(event_type, &message, DEFAULT_MAX_BYTES));
        let sending = checked.map(|()| {
            let event = Announced::without_key(self, metadata.clone());
            (event, Traced::begin(self, metadata, 1, vec![Outgoing::new(self.topic(topic), message)]))
        });
        async move {
            let (event, sending) = sending?;
            Ok(event.answered(sending.await)?.positions.remove(0))
        }
    }

    /// Publishes messages as they are, after those that wait for room in the queue. For tools.
    ///
    /// # Errors
    /// As of [`Backend::publish`]. Or the bus did not answer within its [timeout](Self::with_timeout).
    pub fn publish_messages(
        &self,
        messages: Vec<Outgoing>,
    ) -> impl Future<Output = Result<Vec<Position>, BatchError>> + Send + use<> {
        self.queue.append(messages)
    }

    /// Joins a group as [`Backend::subscribe`] does. The calls of the subscriber end within the
    /// [timeout](Self::with_timeout), except for [`Subscriber::rebalance`]. For tools.
    ///
    /// # Errors
    /// As of [`Backend::subscribe`]. Or the bus did not answer within the timeout.
    pub fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.bounded().subscribe(subscription)
    }

    /// Joins a group to read messages one batch at a time, without types, receivers or retries. For tools.
    ///
    /// # Errors
    /// The bus failed, or `start` is not a position of it.
    pub async fn consumer_raw(
        &self,
        group: impl Into<Box<str>>,
        topics: &[&str],
        start: Start,
    ) -> Result<RawConsumer, BackendError> {
        let topics = topics.iter().map(|topic| self.topic(topic)).collect();
        RawConsumer::join(self.clone(), group.into(), topics, start).await
    }

    /// Records the schema of an event in the bus, as publishing the event does. Call it when a program
    /// starts, to learn of a conflict or of a missing permission before the first event.
    ///
    /// # Errors
    /// The event has no valid schema, the bus records no schemas or does not permit it, or another program
    /// recorded another schema for this version. Or the bus failed.
    pub async fn prepare<E: Event>(&self) -> Result<(), PublishError> {
        let no_store = PublishError::NoSchemaStore { event_type: E::TYPE };
        let contract = self.contracts.of::<E>(E::KEY, true)?.filter(|_| self.backend().uses_contracts());
        let Some(contract) = contract else { return Err(no_store) };
        let prepared = self.bounded().call("record a schema", self.backend().prepare(&contract)).await;
        prepared.map_err(|error| match error.kind {
            ErrorKind::Unsupported => no_store,
            _ => BatchError::not_published(0, error).into(),
        })
    }

    /// Returns the contract of a version of an event without a Rust type, for [`Outgoing::with_contract`].
    /// Returns `None` if the bus does not use contracts. For tools.
    pub fn contract(&self, stored: StoredSchema) -> Option<Contract> {
        self.backend().uses_contracts().then(|| self.contracts.of_stored(stored))
    }

    /// Reads the bytes of [`Sealed::to_bytes`]. Messages have the contracts of event types that were
    /// published or [prepared](Self::prepare) on this bus. Those of other event types have none: consumers
    /// that do not know their version cannot look it up.
    ///
    /// # Errors
    /// See [`Sealed::from_bytes`].
    pub fn unseal(&self, bytes: &[u8]) -> Result<Sealed, SealedError> {
        Sealed::from_bytes(bytes, |name| self.contracts.find(name))
    }

    /// Reads a version of an event from the schema store of the bus. Returns `None` if the store does not
    /// have it, or the bus has no schema store.
    ///
    /// # Errors
    /// The bus failed, or what the store has is not a schema of this version: [`ErrorKind::Invalid`].
    pub async fn stored_schema(
        &self,
        event_type: &str,
        minor: u32,
    ) -> Result<Option<StoredSchema>, BackendError> {
        let Some(store) = self.backend().schema_store() else { return Ok(None) };
        let name = StoredSchema::name_of(event_type, minor);
        let value = store.get(self.contracts.scope(), &name);
        let Some(value) = self.bounded().call("return a schema", value).await? else { return Ok(None) };
        let invalid = || {
            let what = format!("the schema store of the bus has no valid schema of `{event_type}` {minor}");
            BackendError::new(ErrorKind::Invalid, what)
        };
        let stored = StoredSchema::from_bytes(&value).map_err(|error| invalid().caused_by(error))?;
        let is_named = (&*stored.event_type, stored.minor) == (event_type, minor);
        if is_named { Ok(Some(stored)) } else { Err(invalid()) }
    }

    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    pub(crate) fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    /// Waits until each event that was published on this bus before the call is durable or has failed, even
    /// if its future is not polled or was dropped after the event was accepted.
    ///
    /// # Errors
    /// The bus failed, or did not answer within its [timeout](Self::with_timeout).
    pub async fn flush(&self) -> Result<(), BackendError> {
        // No messages need no room, but they wait for those that do.
        self.queue.append(Vec::new()).await.map_err(|error| error.error)?;
        self.bounded().call("write all messages", self.backend().flush()).await
    }

    /// Waits until all accepted messages are durable, and releases the backend. Every later call fails.
    ///
    /// # Errors
    /// The bus failed, or did not answer within its [timeout](Self::with_timeout).
    pub fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.bounded().call("close", self.backend().close())
    }

    /// Returns the backend with calls that end within the timeout.
    pub(crate) fn bounded(&self) -> &Bounded {
        self.queue.bounded()
    }

    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Returns the full name of a topic, including the prefix.
    pub fn topic(&self, topic: &str) -> Arc<str> {
        self.prefix.as_ref().map_or_else(|| topic.into(), |prefix| format!("{prefix}-{topic}").into())
    }

    /// Returns the administration of the bus: topics and groups, by their full names. Its calls end within
    /// the [timeout](Self::with_timeout).
    ///
    /// # Errors
    /// The backend has none: [`ErrorKind::Unsupported`].
    pub fn admin(&self) -> Result<&dyn Admin, BackendError> {
        match self.backend().admin() {
            Some(_) => Ok(self.bounded()),
            None => Err(BackendError::unsupported("administration")),
        }
    }

    /// Returns the backend. Its calls are not bounded by the [timeout](Self::with_timeout).
    pub fn backend(&self) -> &Arc<dyn Backend> {
        self.queue.backend()
    }
}
