//! Events from the bus.

mod audit;
mod error;
mod lanes;
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
pub use policy::{DeadLetter, Retry, UnknownType};
pub use raw::{RawBatch, RawConsumer};
pub use received::{RawMessage, Received};
pub use receiver::Outcome;
pub(crate) use receiver::panic_message;
use receiver::{Any, Receiver, Typed};
use session::Session;

use crate::{
    Bus, Decode, Event, Framing, SchemaLookups,
    backend::{BoxError, BoxFuture, Position, Start, Subscription},
    metadata::IdSource,
};

/// After how long without a sign of life a consumer counts as dead, unless it says otherwise.
const DEFAULT_CLAIM_AFTER: Duration = Duration::from_secs(60);

/// How long a consumer that is to stop waits for what runs, unless it says otherwise: less than the 30 seconds after
/// which Kubernetes kills a process.
const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(25);

/// A consumer of a group: receivers, and what happens when they fail. [`Bus::consumer`] makes it, [`run`](Self::run) runs it.
///
/// - An event is acknowledged after its receiver succeeded, and not before: each is processed at least once.
/// - Events of one key are processed one after the other, retries included; those of different keys, or without one, at
///   the same time, up to [`concurrency`](Self::concurrency), within the one future that `run` is.
/// - A receiver that fails or panics is tried again, as is a look-up that fails ([`retry`](Self::retry)); then the message goes to the
///   dead-letter topic ([`dead_letter`](Self::dead_letter)), as do messages that hold no event, or one of a version that this program
///   does not know ([`versions`](Self::versions)) or cannot read. An event of a type without a receiver is skipped ([`unknown_type`](Self::unknown_type)).
/// - For each message there is a line for `tracing`, target `signalbook::audit`: topic, partition, offset, id, type, and the
///   key unless it is personal data; never the data. The text of a receiver's own error or panic stands in it as it is, and in
///   the header `dlq_error`: it should not quote the event.
pub struct Consumer {
    bus: Bus,
    group: Box<str>,
    member: Box<str>,
    topics: Vec<Box<str>>,
    receivers: Vec<Arc<dyn Receiver>>,
    any: Option<Arc<dyn Receiver>>,
    start: Start,
    claim_after: Duration,
    concurrency: NonZeroUsize,
    prefetch: Option<NonZeroUsize>,
    shutdown_timeout: Duration,
    retry: Retry,
    dead_letter: DeadLetter,
    unknown_type: UnknownType,
    max_failures: Option<u32>,
    lookups: SchemaLookups,
}

/// What a consumer did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumed {
    /// Events that a receiver has processed.
    pub processed: u64,
    /// Events of a type that has no receiver.
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
        }
    }

    /// Calls `receiver` for each event `E`. What it returns is `()`, or a `Result` whose error tells why it failed.
    ///
    /// The receiver's future is polled on the task that runs the consumer: what blocks belongs on a thread of its own.
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

    /// Calls `receiver` with the payload of each event that no other receiver takes, whatever its type and version.
    #[must_use]
    pub fn on_any<F, R>(mut self, receiver: F) -> Self
    where
        F: Fn(Received<Vec<u8>>) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.any = Some(Arc::new(Any::new(receiver)));
        self
    }

    /// Reads this topic (without prefix), and any other that is named so, in place of those that the events name.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<Box<str>>) -> Self {
        self.topics.push(topic.into());
        self
    }

    /// Where the group begins; [`Start::Latest`] unless said otherwise.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// The name of this member of the group, unique among the living; made of the host and a random part otherwise.
    #[must_use]
    pub fn member(mut self, name: impl Into<Box<str>>) -> Self {
        self.member = name.into();
        self
    }

    /// After how long without a sign of life this member's messages go to another; a minute otherwise.
    #[must_use]
    pub fn claim_after(mut self, claim_after: Duration) -> Self {
        self.claim_after = claim_after;
        self
    }

    /// How many events are processed at the same time; 16 otherwise. With 1 they are processed one by one.
    #[must_use]
    pub fn concurrency(mut self, concurrency: NonZeroUsize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Sets how many messages this member holds at most: those that wait, those that are processed, and those that are not
    /// acknowledged yet. The default is four times the [`concurrency`](Self::concurrency), and at least 64.
    ///
    /// More let other keys go on beside one that has many messages; fewer leave more to other members of the group.
    #[must_use]
    pub fn prefetch(mut self, prefetch: NonZeroUsize) -> Self {
        self.prefetch = Some(prefetch);
        self
    }

    /// Sets how long a consumer that is to stop waits for the receivers that run, for acknowledgements, and for leaving
    /// the group. The default is 25 seconds. Then it abandons them: those messages are delivered again.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// How often a receiver is tried, and a look-up that fails.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// What becomes of a message that cannot be processed.
    #[must_use]
    pub fn dead_letter(mut self, dead_letter: DeadLetter) -> Self {
        self.dead_letter = dead_letter;
        self
    }

    /// What becomes of an event whose type has no receiver.
    #[must_use]
    pub fn unknown_type(mut self, unknown_type: UnknownType) -> Self {
        self.unknown_type = unknown_type;
        self
    }

    /// Where the schemas of versions are looked up that came after this program was built, each until it is found;
    /// `signalbook` has `history_folder`. The call should not take long: it stands in the way of all receivers.
    #[must_use]
    pub fn versions<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.versions(lookup);
        self
    }

    /// What stands before each datum, and names its schema before the envelope does; nothing otherwise.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.lookups = self.lookups.framing(framing);
        self
    }

    /// Where the fingerprints of [`Framing::SingleObject`] are looked up that no version of the program has, each until it is
    /// found, or where the envelope names a version that the program does not know; `signalbook` has `history_fingerprints`. The
    /// call should not take long: it stands in the way of all receivers.
    #[must_use]
    pub fn fingerprints<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.fingerprints(lookup);
        self
    }

    /// Where the schema ids of [`Framing::Confluent`] are looked up, each until it is found; without it, the envelope
    /// names the version. `signalbook` has `SchemaRegistry::lookup`, with the feature `confluent`. The call should not take
    /// long: it stands in the way of all receivers.
    #[must_use]
    pub fn schemas<F>(mut self, lookup: F) -> Self
    where
        F: Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.lookups = self.lookups.schemas(lookup);
        self
    }

    /// After how many messages in a row that could not be processed the consumer stops, instead of filling the dead-letter
    /// topic while something else is broken; ten otherwise, and with none it goes on.
    #[must_use]
    pub fn max_failures_in_a_row(mut self, max: Option<u32>) -> Self {
        self.max_failures = max;
        self
    }

    /// Consumes until `shutdown` ends, then lets the receivers that run finish, acknowledges, and leaves the group.
    ///
    /// A future that is dropped instead leaves as a crash does: what it had in hand is claimed after
    /// [`claim_after`](Self::claim_after).
    ///
    /// # Errors
    /// There is no topic; the bus failed; or messages could not be processed, and the consumer is to stop then. What is not
    /// acknowledged is handed out again.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<Consumed, ConsumeError> {
        let subscription = Subscription {
            topics: self.full_topics()?,
            group: self.group.clone(),
            member: self.member.clone(),
            start: self.start.clone(),
            claim_after: self.claim_after,
        };
        let mut shutdown: BoxFuture<'_, ()> = Box::pin(shutdown);
        let joining = self.bus.backend().subscribe(subscription);
        let Some(joined) = before(joining, &mut shutdown).await else { return Ok(Consumed::default()) };
        let subscriber = joined?;
        let consumed = Session::new(&self, &*subscriber, shutdown).run().await;
        let mut timeout = self.bus.backend().clock().sleep(self.shutdown_timeout);
        let closed = before(subscriber.close(), &mut timeout).await;
        let consumed = consumed?;
        match closed {
            Some(closed) => closed?,
            None => {
                tracing::warn!(group = &*self.group, "the time for stopping is over while leaving the group");
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

    /// Where a message goes that cannot be processed; none where the consumer stops.
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

/// A name that no other member has, and that tells people where it runs.
fn member_name() -> Box<str> {
    let host = gethostname::gethostname();
    format!("{}-{}", host.to_string_lossy(), IdSource::new().next(SystemTime::now())).into()
}
