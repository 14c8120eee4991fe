use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use crate::{
    Framing, ProducerConfig,
    backend::{BoxError, BoxFuture, Order, Start},
    consumer::{Consumer, DeadLetter, Layer, Loss, Retry, UnknownType},
    envelope::Strictness,
};

impl<S> Consumer<S> {
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
    /// and at least 64. It holds up to as many again whose schema is being looked up.
    ///
    /// With a larger number, a key with many messages blocks other keys less. With a smaller number, more
    /// messages are left to other members of the group.
    #[must_use]
    pub fn prefetch(mut self, prefetch: NonZeroUsize) -> Self {
        self.config.prefetch = Some(prefetch);
        self
    }

    /// Sets how long a stopping consumer waits for running receivers and for acknowledgements. The default is
    /// 25 seconds. After that it abandons them: those messages are delivered again.
    ///
    /// It leaves the group within the same time, or within two more seconds if receivers took all of it. If
    /// the log does not answer by then, the member counts as crashed.
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
    /// A message is delivered again after its member crashed, stopped while its receiver ran, or sent no
    /// heartbeat for too long. Retries of a receiver are no deliveries, and a consumer that stops gives back
    /// what it did not process, which does not count either.
    ///
    /// A crash counts for all messages that the member held. So a message that was delivered half as often as
    /// the limit allows, and at least once, is processed alone: the others of its batch are given back, and
    /// messages are received one by one while a message was delivered that often. Only a message that
    /// makes the process crash by itself reaches the limit, unless that is 1. A log that does not count
    /// deliveries has no limit.
    #[must_use]
    pub fn max_deliveries(mut self, max: Option<u32>) -> Self {
        self.config.max_deliveries = max;
        self
    }
}
