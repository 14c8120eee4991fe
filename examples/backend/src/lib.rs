//! A backend in less than 250 lines of code: a list of messages for each topic, in memory.
//!
//! One member of a group reads at a time; the others wait until it leaves or counts as dead. It has no
//! partitions, no administration and no schema store, and it keeps all messages. Its tests run the
//! conformance suite.

use std::{
    collections::{HashMap, HashSet},
    future::ready,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Clock, SystemClock,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, Delivery, ErrorKind, KeyOrder, Message,
        Outgoing, Partition, Position, Start, Subscriber, Subscription,
    },
};

/// How often a member that waits looks for messages.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A handle on the log.
#[derive(Clone, Debug)]
pub struct ListBackend {
    clock: Arc<SystemClock>,
    log: Arc<Mutex<Log>>,
    is_open: Arc<AtomicBool>,
}

/// The messages of each topic, and when each was published.
type Lists = HashMap<Arc<str>, Vec<(SystemTime, Arc<Message>)>>;

#[derive(Debug, Default)]
struct Log {
    topics: Lists,
    groups: HashMap<Box<str>, Group>,
    joined: u64,
}

#[derive(Debug, Default)]
struct Group {
    members: HashMap<u64, Member>,
    /// The member that reads.
    reader: Option<u64>,
    progress: HashMap<Arc<str>, Progress>,
}

#[derive(Debug)]
struct Member {
    name: Box<str>,
    claim_after: Duration,
    heartbeat: SystemTime,
}

#[derive(Debug, Default)]
struct Progress {
    /// The offset at which the group began.
    start: usize,
    done: HashSet<usize>,
    /// What the reader has received and not acknowledged.
    held: HashSet<usize>,
}

#[derive(Debug)]
struct ListSubscriber {
    handle: ListBackend,
    topics: Vec<Arc<str>>,
    group: Box<str>,
    id: u64,
}

impl ListBackend {
    /// Creates an empty log.
    pub fn new() -> Self {
        Self { clock: Arc::new(SystemClock::new()), log: Arc::default(), is_open: Arc::new(true.into()) }
    }

    /// Opens another handle on the log, which is closed on its own.
    pub fn open(&self) -> Self {
        Self { is_open: Arc::new(true.into()), ..self.clone() }
    }

    fn log(&self) -> Result<MutexGuard<'_, Log>, BackendError> {
        if self.is_open.load(Ordering::SeqCst) {
            // A call that panicked has changed nothing, or one whole message.
            Ok(self.log.lock().unwrap_or_else(PoisonError::into_inner))
        } else {
            Err(BackendError::new(ErrorKind::Closed, "the bus is closed"))
        }
    }

    fn append(&self, batch: Vec<Outgoing>) -> Result<Vec<Position>, BackendError> {
        let (mut log, now) = (self.log()?, self.clock.now());
        let append = |Outgoing { topic, message, .. }| {
            let messages = log.topics.entry(Arc::clone(&topic)).or_default();
            messages.push((now, Arc::new(message)));
            position(&topic, messages.len() - 1)
        };
        Ok(batch.into_iter().map(append).collect())
    }

    fn join(&self, subscription: Subscription) -> Result<Box<dyn Subscriber>, BackendError> {
        let name = subscription.member_name();
        let Subscription { topics, group, start, claim_after, .. } = subscription;
        let mut guard = self.log()?;
        let Log { topics: lists, groups, joined } = &mut *guard;
        let mut starts = HashMap::new();
        for topic in &topics {
            let messages = lists.get(topic).map_or(&[][..], Vec::as_slice);
            let start = match &start {
                Start::Earliest => 0,
                Start::Latest => messages.len(),
                Start::Offset(offset) => parse(offset)?.min(messages.len()),
                Start::Time(time) => messages.partition_point(|(published, _)| published < time),
            };
            starts.insert(Arc::clone(topic), Progress { start, ..Progress::default() });
        }
        *joined += 1;
        let (id, state) = (*joined, groups.entry(group.clone()).or_default());
        starts.extend(std::mem::take(&mut state.progress)); // A position that exists is kept.
        state.progress = starts;
        if let Some(namesake) = state.members.iter().find(|(_, member)| member.name == name) {
            state.leave(*namesake.0);
        }
        state.members.insert(id, Member { name, claim_after, heartbeat: self.clock.now() });
        Ok(Box::new(ListSubscriber { handle: self.clone(), topics, group, id }))
    }
}

impl Default for ListBackend {
    fn default() -> Self {
        Self::new()
    }
}

impl Group {
    fn leave(&mut self, id: u64) {
        self.members.remove(&id);
        if self.reader == Some(id) {
            self.release();
        }
    }

    /// What the reader held is delivered again, to the next one.
    fn release(&mut self) {
        self.reader = None;
        self.progress.values_mut().for_each(|progress| progress.held.clear());
    }

    /// Whether this member reads, from now on or already.
    fn reads(&mut self, id: u64, now: SystemTime) -> bool {
        let reader = self.reader.and_then(|reader| self.members.get(&reader));
        let is_dead =
            |member: &Member| now.duration_since(member.heartbeat).is_ok_and(|age| age >= member.claim_after);
        if self.reader != Some(id) && reader.is_none_or(is_dead) {
            self.release();
            self.reader = Some(id);
        }
        self.reader == Some(id)
    }
}

impl ListSubscriber {
    fn with<T>(&self, call: impl FnOnce(&Lists, &mut Group) -> T) -> Result<T, BackendError> {
        let mut guard = self.handle.log()?;
        let Log { topics, groups, .. } = &mut *guard;
        let group = groups.get_mut(&self.group).ok_or_else(BackendError::fenced)?;
        let member = group.members.get_mut(&self.id).ok_or_else(BackendError::fenced)?;
        member.heartbeat = self.handle.clock.now();
        Ok(call(topics, group))
    }

    fn take(&self, max: usize) -> Result<Batch, BackendError> {
        self.with(|topics, group| {
            let mut batch = Batch::default();
            if !group.reads(self.id, self.handle.clock.now()) {
                return batch;
            }
            for topic in &self.topics {
                let (Some(messages), Some(progress)) = (topics.get(topic), group.progress.get_mut(topic))
                else {
                    continue;
                };
                for (offset, (published, message)) in messages.iter().enumerate().skip(progress.start) {
                    let is_known = progress.done.contains(&offset) || progress.held.contains(&offset);
                    if !is_known && batch.deliveries.len() < max {
                        progress.held.insert(offset);
                        let message = Arc::clone(message);
                        // It does not count the attempts.
                        batch.deliveries.push(Delivery::new(position(topic, offset), *published, message));
                    }
                }
            }
            batch
        })
    }

    fn done(&self, positions: &[Position]) -> Result<(), BackendError> {
        self.with(|_, group| {
            let is_reader = group.reader == Some(self.id);
            let mut result = Ok(());
            for position in positions {
                let progress = group.progress.get_mut(&position.partition.topic);
                let done = parse(&position.offset).and_then(|offset| {
                    let progress = progress.ok_or_else(|| BackendError::not_held(position))?;
                    if is_reader && progress.held.remove(&offset) {
                        progress.done.insert(offset);
                    }
                    let is_done = progress.done.contains(&offset);
                    is_done.then_some(()).ok_or_else(|| BackendError::not_held(position))
                });
                // The other messages of the call are acknowledged.
                result = result.and(done);
            }
            result
        })?
    }
}

impl Backend for ListBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let size = batch.len();
        // In the call, and not when the future is polled.
        let published = self.append(batch).map_err(|error| BatchError::not_published(size, error));
        Box::pin(ready(published))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        Box::pin(ready(self.join(subscription)))
    }

    fn key_order(&self) -> KeyOrder {
        KeyOrder::SingleReader
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        // A message is in the list when its call returns.
        Box::pin(ready(self.log().map(drop)))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.is_open.store(false, Ordering::SeqCst);
        Box::pin(ready(Ok(())))
    }
}

impl Subscriber for ListSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let end = self.handle.clock.now() + wait;
        Box::pin(async move {
            loop {
                let batch = self.take(max.get())?;
                let left = end.duration_since(self.handle.clock.now()).unwrap_or_default();
                if !batch.is_empty() || left.is_zero() {
                    return Ok(batch);
                }
                self.handle.clock.sleep(left.min(POLL_INTERVAL)).await;
            }
        })
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(ready(self.done(&positions)))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(ready(self.with(|_, _| ())))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ready(self.with(|_, group| group.leave(self.id))))
    }
}

fn position(topic: &Arc<str>, offset: usize) -> Position {
    let partition = Partition { topic: Arc::clone(topic), number: 0 };
    Position { partition, offset: offset.to_string().into() }
}

fn parse(offset: &str) -> Result<usize, BackendError> {
    offset.parse().map_err(|_| BackendError::new(ErrorKind::Invalid, format!("`{offset}` is not an offset")))
}
