use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use crate::{
    Bus, ProducerConfig, SchemaLookups, Signals,
    backend::{BackendError, BoxFuture, Order, Position, Start, Subscriber, Subscription},
    consumer::{
        ConsumeError, ConsumeProblem, Consumed, Consumer, DeadLetter, Layer, Loss, NoState, Retry,
        UnknownType, before, executor::Spawn, joining::Joining, look_ups::LookUps, receiver::Receiver,
        receivers_by_type::Receivers, session::Session,
    },
    envelope::Strictness,
};

/// How long a stopping consumer waits for running receivers, unless configured. It is less than the 30
/// seconds after which Kubernetes kills a process.
const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(25);

/// How much longer it waits until it has left the group.
const LEAVING: Duration = Duration::from_secs(2);

/// How long a partition that is about to be revoked is kept until its receivers have finished, unless
/// configured.
const DEFAULT_REVOCATION_TIMEOUT: Duration = Duration::from_secs(10);

/// The receivers of a consumer, and what happens to messages.
#[derive(Clone)]
pub(super) struct Config {
    pub(super) bus: Bus,
    pub(super) group: Box<str>,
    /// `None` if each run has a name of its own.
    pub(super) member: Option<Box<str>>,
    pub(super) topics: Vec<Box<str>>,
    pub(super) producers: ProducerConfig,
    pub(super) receivers: Vec<Arc<dyn Receiver>>,
    pub(super) any: Option<Arc<dyn Receiver>>,
    /// Their receivers are added when the consumer begins to run.
    pub(super) signals: Vec<Signals>,
    pub(super) layers: Vec<Arc<dyn Layer>>,
    /// What runs the receivers, if not the task that runs the consumer.
    pub(super) spawn: Option<Arc<Spawn>>,
    pub(super) start: Start,
    pub(super) claim_after: Duration,
    pub(super) concurrency: NonZeroUsize,
    pub(super) prefetch: Option<NonZeroUsize>,
    pub(super) shutdown_timeout: Duration,
    pub(super) revocation_timeout: Duration,
    pub(super) on_loss: Loss,
    pub(super) retry: Retry,
    pub(super) dead_letter: DeadLetter,
    pub(super) unknown_type: UnknownType,
    pub(super) max_failures: Option<u32>,
    pub(super) max_deliveries: Option<u32>,
    pub(super) lookups: SchemaLookups,
    pub(super) schema_store: bool,
    pub(super) strictness: Strictness,
    pub(super) order: Order,
}

impl Config {
    pub(super) fn new(bus: Bus, group: Box<str>) -> Self {
        Self {
            bus,
            group,
            member: None,
            topics: Vec::new(),
            producers: ProducerConfig::default(),
            receivers: Vec::new(),
            any: None,
            signals: Vec::new(),
            layers: Vec::new(),
            spawn: None,
            start: Start::default(),
            claim_after: Subscription::DEFAULT_CLAIM_AFTER,
            concurrency: NonZeroUsize::MIN.saturating_add(15),
            prefetch: None,
            shutdown_timeout: DEFAULT_SHUTDOWN_TIMEOUT,
            revocation_timeout: DEFAULT_REVOCATION_TIMEOUT,
            on_loss: Loss::default(),
            retry: Retry::default(),
            dead_letter: DeadLetter::default(),
            unknown_type: UnknownType::default(),
            max_failures: Some(10),
            max_deliveries: Some(20),
            lookups: SchemaLookups::default(),
            schema_store: true,
            strictness: Strictness::default(),
            order: Order::default(),
        }
    }

    /// Adds the receivers that the signals have now.
    pub(super) fn with_relays(mut self) -> Self {
        for signals in std::mem::take(&mut self.signals) {
            self = signals.add_relays(Consumer { config: self, state: NoState }).config;
        }
        self
    }

    /// Joins the group, consumes until `shutdown` completes, and leaves the group.
    pub(super) async fn run(
        &self,
        mut shutdown: BoxFuture<'_, ()>,
        until_idle: bool,
    ) -> Result<Consumed, ConsumeError> {
        match self.join(&mut shutdown).await? {
            Some(subscriber) => self.consume(subscriber, shutdown, until_idle).await,
            None => Ok(Consumed::default()),
        }
    }

    /// Joins the group. Returns `None` if `shutdown` completes before: the consumer waits until the log has
    /// answered, and leaves the group.
    pub(super) async fn join(
        &self,
        shutdown: &mut BoxFuture<'_, ()>,
    ) -> Result<Option<Box<dyn Subscriber>>, ConsumeProblem> {
        let subscription = Subscription {
            topics: self.full_topics()?,
            group: self.group.clone(),
            member: self.member.clone(),
            start: self.start.clone(),
            claim_after: self.claim_after,
            order: self.order,
        };
        let preparing = Box::pin(Joining::begin(&self.bus, &subscription));
        let Some(joining) = before(preparing, shutdown).await else { return Ok(None) };
        let mut joined = self.bus.bounded().subscribe(subscription);
        let Some(subscriber) = before(&mut joined, shutdown).await.transpose()? else {
            let mut limit = self.leaving_limit();
            match before(joined, &mut limit).await {
                Some(Ok(subscriber)) => self.leave(subscriber, limit).await?,
                Some(Err(error)) => {
                    tracing::debug!(group = &*self.group, %error, "a consumer that stops could not join");
                }
                None => tracing::warn!(
                    group = &*self.group,
                    "the shutdown timeout ended while joining: a member that joins later counts as crashed"
                ),
            }
            return Ok(None);
        };
        if before(Box::pin(joining.log()), shutdown).await.is_none() {
            self.leave(subscriber, self.leaving_limit()).await?;
            return Ok(None);
        }
        Ok(Some(subscriber))
    }

    /// Consumes until `shutdown` completes, and leaves the group.
    pub(super) async fn consume(
        &self,
        subscriber: Box<dyn Subscriber>,
        shutdown: BoxFuture<'_, ()>,
        until_idle: bool,
    ) -> Result<Consumed, ConsumeError> {
        let versions = self.receivers.iter().flat_map(|receiver| receiver.versions()).collect();
        let look_ups = LookUps::new(&self.bus, &self.group, &self.lookups, self.schema_store, versions);
        let receivers = Receivers::open(self, &look_ups.of_readers());
        let session = Session::new(self, &*subscriber, shutdown, receivers, look_ups, until_idle);
        let (ended, limit) = session.run().await;
        let left = self.leave(subscriber, limit).await;
        let consumed = ended?;
        left.map_err(|error| ConsumeError::new(consumed, error))?;
        Ok(consumed)
    }

    /// Leaves the group, unless `limit` completes before.
    async fn leave(
        &self,
        subscriber: Box<dyn Subscriber>,
        mut limit: BoxFuture<'static, ()>,
    ) -> Result<(), BackendError> {
        before(subscriber.close(), &mut limit).await.unwrap_or_else(|| {
            tracing::warn!(group = &*self.group, "the shutdown timeout ended while leaving the group");
            Ok(())
        })
    }

    /// Completes when a consumer that stops now no longer waits until it has left the group.
    pub(super) fn leaving_limit(&self) -> BoxFuture<'static, ()> {
        self.bus.backend().clock().sleep(self.shutdown_timeout.saturating_add(LEAVING))
    }

    pub(super) fn prefetch_limit(&self) -> usize {
        // Enough to acknowledge in batches, few enough to be delivered again after a crash.
        self.prefetch.map_or_else(|| self.concurrency.get().saturating_mul(4).max(64), NonZeroUsize::get)
    }

    /// Whether a message may be what makes the process crash: it was delivered half as often as the limit
    /// allows.
    pub(super) fn is_suspect(&self, attempt: u32) -> bool {
        self.max_deliveries.is_some_and(|max| attempt > (max / 2).max(1))
    }

    fn full_topics(&self) -> Result<Vec<Arc<str>>, ConsumeProblem> {
        let mut event_types: Vec<_> = self.receivers.iter().map(|receiver| receiver.event_type()).collect();
        event_types.sort_unstable();
        if let Some(pair) = event_types.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ConsumeProblem::TwoReceivers { event_type: pair[0] });
        }
        let mut topics: Vec<&str> = match self.topics.as_slice() {
            [] => {
                let routes = self
                    .receivers
                    .iter()
                    .flat_map(|receiver| self.producers.routes(receiver.event_type(), receiver.topics()));
                routes.filter(|route| route.enabled).map(|route| route.topic).collect()
            }
            named => named.iter().map(AsRef::as_ref).collect(),
        };
        topics.sort_unstable();
        topics.dedup();
        match topics.as_slice() {
            [] => Err(ConsumeProblem::NoTopic),
            topics => Ok(topics.iter().map(|topic| self.bus.topic(topic)).collect()),
        }
    }

    /// The dead-letter topic of a message; `None` if the consumer stops instead.
    pub(super) fn dead_letter_topic(&self, position: &Position) -> Option<Arc<str>> {
        match &self.dead_letter {
            DeadLetter::Suffix(suffix) => Some(format!("{}{suffix}", position.partition.topic).into()),
            DeadLetter::Topic(topic) => Some(self.bus.topic(topic)),
            DeadLetter::Stop => None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events: Vec<_> = self.receivers.iter().map(|receiver| receiver.event_type()).collect();
        f.debug_struct("Consumer")
            .field("group", &self.group)
            .field("member", &self.member)
            .field("events", &events)
            .finish_non_exhaustive()
    }
}
