//! What the logs in memory have in common: messages, and calls that wait for a change.

use std::{
    collections::HashMap,
    future::{self, Future},
    hash::Hash,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    time::{Duration, SystemTime},
};

use crate::{
    Clock,
    backend::{BackendError, Delivery, ErrorKind, Message, Partition, Position, Start},
};

/// A log, and its clock.
pub(crate) struct Shared<L> {
    pub(crate) clock: Arc<dyn Clock>,
    log: Mutex<L>,
}

/// A log whose members wait for its changes.
pub(crate) trait Watched {
    /// What identifies a member.
    type Member: Clone + Eq + Hash;

    /// Its changes.
    fn changes(&mut self) -> &mut Changes<Self::Member>;

    /// When a waiting member must look again although nothing has changed.
    fn next_wake(&self, member: &Self::Member, wait: Wait) -> Option<SystemTime>;
}

/// What a member waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wait {
    Messages,
    Rebalance,
}

/// Counts the changes of a log. Waiting members wait for the next one.
pub(crate) struct Changes<M> {
    count: u64,
    waiting: HashMap<(M, Wait), Waker>,
}

/// The messages of a partition, those that were discarded included: their index is their offset.
#[derive(Default)]
pub(crate) struct Messages {
    pub(crate) stored: Vec<Stored>,
    /// The first message that was not discarded.
    pub(crate) first: usize,
}

/// A message, and when it was published.
pub(crate) struct Stored {
    pub(crate) published: SystemTime,
    pub(crate) message: Arc<Message>,
}

impl<L> Shared<L> {
    pub(crate) fn new(clock: Arc<dyn Clock>, log: L) -> Self {
        Self { clock, log: Mutex::new(log) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, L> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Watched> Shared<L> {
    /// Tries until there is a result or the time is over; again whenever the log has changed, or when a
    /// deadline of the log ends.
    pub(crate) async fn wait<T>(
        &self,
        member: &L::Member,
        wait: Wait,
        end: Option<SystemTime>,
        mut attempt: impl FnMut(&mut L, SystemTime) -> Result<Option<T>, BackendError>,
    ) -> Result<Option<T>, BackendError> {
        loop {
            let now = self.clock.now();
            let (result, wake, count) = {
                let mut log = self.lock();
                (attempt(&mut log, now)?, log.next_wake(member, wait), log.changes().count)
            };
            if result.is_some() || end.is_some_and(|end| now >= end) {
                return Ok(result);
            }
            let mut sleep = wake.into_iter().chain(end).min().map(|wake| {
                // At least a millisecond, so that a deadline in the past does not keep the thread busy.
                let pause = wake.duration_since(now).unwrap_or_default();
                self.clock.sleep(pause.max(Duration::from_millis(1)))
            });
            future::poll_fn(|context| {
                let mut log = self.lock();
                let changes = log.changes();
                if changes.count != count {
                    return Poll::Ready(());
                }
                changes.waiting.insert((member.clone(), wait), context.waker().clone());
                drop(log);
                sleep.as_mut().map_or(Poll::Pending, |sleep| pin!(sleep).poll(context))
            })
            .await;
        }
    }
}

impl<M> Changes<M> {
    /// Counts a change, and wakes the waiting members.
    pub(crate) fn add(&mut self) {
        self.count += 1;
        self.waiting.drain().for_each(|(_, waker)| waker.wake());
    }
}

impl<M> Default for Changes<M> {
    fn default() -> Self {
        Self { count: 0, waiting: HashMap::new() }
    }
}

impl Messages {
    /// Appends a message. Returns its position.
    pub(crate) fn append(
        &mut self,
        partition: Partition,
        message: Message,
        published: SystemTime,
    ) -> Position {
        self.stored.push(Stored { published, message: Arc::new(message) });
        position(partition, self.stored.len() - 1)
    }

    /// Discards the messages before an offset.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn discard(&mut self, up_to: usize) {
        self.first = self.first.max(up_to.min(self.stored.len()));
    }

    /// The first offset that a group reads which begins at `start`. If that is after the end: the end.
    pub(crate) fn offset_of(&self, start: &Start) -> Result<usize, BackendError> {
        Ok(match start {
            Start::Earliest => self.first,
            Start::Latest => self.stored.len(),
            Start::Offset(offset) => parse(offset)?.min(self.stored.len()),
            Start::Time(time) => {
                self.stored.partition_point(|stored| stored.published < *time).max(self.first)
            }
        })
    }

    /// Up to `max` messages from an offset on, as they are delivered the first time.
    pub(crate) fn from(
        &self,
        partition: &Partition,
        offset: usize,
        max: usize,
    ) -> impl Iterator<Item = Delivery> {
        let range = (offset.max(self.first)..self.stored.len()).take(max);
        range.map(|index| self.delivery(partition.clone(), index, 1))
    }

    pub(crate) fn delivery(&self, partition: Partition, index: usize, attempt: u32) -> Delivery {
        let Stored { published, message } = &self.stored[index];
        let (published, message) = (*published, Arc::clone(message));
        Delivery { position: position(partition, index), published, attempt, message }
    }
}

/// When a member counts as dead that sends no further heartbeat.
pub(crate) fn silent_at(last_sign: SystemTime, claim_after: Duration) -> SystemTime {
    last_sign.checked_add(claim_after).unwrap_or(last_sign + Duration::from_secs(u32::MAX.into()))
}

pub(crate) fn parse(offset: &str) -> Result<usize, BackendError> {
    offset.parse().map_err(|_| {
        BackendError::new(
            ErrorKind::Invalid,
            format!("`{offset}` is not an offset: it must be a number, 0 or greater"),
        )
    })
}

pub(crate) fn closed() -> BackendError {
    BackendError::new(ErrorKind::Closed, "the bus is closed")
}

fn position(partition: Partition, index: usize) -> Position {
    Position { partition, offset: index.to_string().into() }
}
