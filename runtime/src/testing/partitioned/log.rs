use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    num::NonZeroU32,
    sync::Arc,
    task::Waker,
    time::{Duration, SystemTime},
};

use super::{Wait, group::Group};
use crate::backend::{
    BackendError, Batch, Delivery, ErrorKind, Message, Outgoing, Partition, Position, Rebalance, Start,
    Subscription,
};

/// A member: its group, its name, and a number that tells it from another one of that name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MemberId {
    pub(super) group: Box<str>,
    pub(super) name: Arc<str>,
    pub(super) number: u64,
}

/// The partitions, the groups that read them, and the members that wait for a change.
pub(super) struct Log {
    /// The number of partitions of each topic.
    partitions: u32,
    release_timeout: Duration,
    messages: HashMap<Partition, Messages>,
    groups: HashMap<Box<str>, Group>,
    joined: u64,
    /// Counts the messages without a key, which take turns.
    keyless: u32,
    /// Counts the changes. Waiting members wait for the next one.
    version: u64,
    waiting: HashMap<(MemberId, Wait), Waker>,
    is_closed: bool,
}

/// The messages of a partition, those that were discarded included: their index is their offset.
#[derive(Default)]
pub(super) struct Messages {
    stored: Vec<(SystemTime, Arc<Message>)>,
    /// The first message that was not discarded.
    pub(super) first: usize,
}

impl Log {
    pub(super) fn new(partitions: NonZeroU32, release_timeout: Duration) -> Self {
        Self {
            partitions: partitions.get(),
            release_timeout,
            messages: HashMap::new(),
            groups: HashMap::new(),
            joined: 0,
            keyless: 0,
            version: 0,
            waiting: HashMap::new(),
            is_closed: false,
        }
    }

    pub(super) fn set_release_timeout(&mut self, timeout: Duration) {
        self.release_timeout = timeout;
    }

    pub(super) fn append(
        &mut self,
        batch: Vec<Outgoing>,
        now: SystemTime,
    ) -> Result<Vec<Position>, BackendError> {
        self.ensure_open()?;
        let positions = batch.into_iter().map(|Outgoing { topic, message, .. }| {
            let number = self.choose_partition(&message);
            let partition = Partition { topic, number };
            let messages = self.messages.entry(partition.clone()).or_default();
            let position = Position { partition, offset: messages.stored.len().to_string().into() };
            messages.stored.push((now, Arc::new(message)));
            position
        });
        let positions = positions.collect();
        self.change();
        Ok(positions)
    }

    pub(super) fn discard(&mut self, partition: &Partition, up_to: &str) -> Result<(), BackendError> {
        let up_to = parse(up_to)?;
        let messages = self.messages.get_mut(partition).ok_or_else(|| {
            BackendError::new(ErrorKind::Invalid, format!("there is no partition `{partition}`"))
        })?;
        messages.first = messages.first.max(up_to.min(messages.stored.len()));
        self.change();
        Ok(())
    }

    pub(super) fn join(
        &mut self,
        subscription: &Subscription,
        now: SystemTime,
    ) -> Result<MemberId, BackendError> {
        self.ensure_open()?;
        let mut starts = Vec::new();
        for topic in &subscription.topics {
            for number in 0..self.partitions {
                let partition = Partition { topic: Arc::clone(topic), number };
                let start =
                    self.messages.entry(partition.clone()).or_default().offset(&subscription.start)?;
                starts.push((partition, start));
            }
        }
        self.joined += 1;
        let name = subscription.member_name().into();
        let member = MemberId { group: subscription.group.clone(), name, number: self.joined };
        let timeout = self.release_timeout;
        let group = self.groups.entry(member.group.clone()).or_insert_with(|| Group::new(timeout));
        group.join(&member, starts, subscription.claim_after, now);
        self.change();
        Ok(member)
    }

    /// Returns up to `max` messages of the partitions of a member, and what its group lost.
    pub(super) fn take(
        &mut self,
        member: &MemberId,
        max: usize,
        now: SystemTime,
    ) -> Result<Batch, BackendError> {
        self.look(member, now)?;
        let (group, messages) = (self.groups.get_mut(&member.group), &self.messages);
        let group = group.ok_or_else(BackendError::fenced)?;
        group.touch(member, now)?;
        group.take(member, messages, max)
    }

    pub(super) fn take_rebalance(
        &mut self,
        member: &MemberId,
        now: SystemTime,
    ) -> Result<Option<Rebalance>, BackendError> {
        self.look(member, now)?;
        self.group(member)?.take_rebalance(member)
    }

    pub(super) fn acknowledge(
        &mut self,
        member: &MemberId,
        positions: &[Position],
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.look(member, now)?;
        let mut first_error = Ok(());
        for position in positions {
            let done = parse(&position.offset)
                .and_then(|offset| self.group(member)?.acknowledge(member, &position.partition, offset));
            if first_error.is_ok() {
                first_error = done;
            }
        }
        self.group(member)?.touch(member, now)?;
        self.change();
        first_error
    }

    pub(super) fn release(
        &mut self,
        member: &MemberId,
        partitions: &[Partition],
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.look(member, now)?;
        self.group(member)?.release(member, partitions, now)?;
        self.change();
        Ok(())
    }

    pub(super) fn keep_alive(&mut self, member: &MemberId, now: SystemTime) -> Result<(), BackendError> {
        self.look(member, now)?;
        self.group(member)?.touch(member, now)?;
        self.group(member)?.ensure_not_revoked(member)
    }

    pub(super) fn leave(&mut self, member: &MemberId, now: SystemTime) {
        if let Some(group) = self.groups.get_mut(&member.group) {
            group.leave(member, now);
        }
        self.change();
    }

    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.change();
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// When a waiting member must look again: when a deadline of its group ends, or as a heartbeat.
    pub(super) fn next_wake(&self, member: &MemberId, wait: Wait) -> Option<SystemTime> {
        self.groups.get(&member.group)?.next_wake(member, wait)
    }

    /// Whether anything changed since `version`. If not, `waker` is called at the next change.
    pub(super) fn has_changed(&mut self, version: u64, member: &MemberId, wait: Wait, waker: &Waker) -> bool {
        let changed = self.version != version;
        if !changed {
            self.waiting.insert((member.clone(), wait), waker.clone());
        }
        changed
    }

    /// Revokes what is due in the group of a member.
    fn look(&mut self, member: &MemberId, now: SystemTime) -> Result<(), BackendError> {
        self.ensure_open()?;
        if self.group(member)?.look(now) {
            self.change();
        }
        Ok(())
    }

    fn group(&mut self, member: &MemberId) -> Result<&mut Group, BackendError> {
        self.groups.get_mut(&member.group).ok_or_else(BackendError::fenced)
    }

    fn choose_partition(&mut self, message: &Message) -> u32 {
        let Some(key) = &message.key else {
            self.keyless = self.keyless.wrapping_add(1);
            return self.keyless % self.partitions;
        };
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        u32::try_from(hasher.finish() % u64::from(self.partitions)).unwrap_or(0)
    }

    fn change(&mut self) {
        self.version += 1;
        self.waiting.drain().for_each(|(_, waker)| waker.wake());
    }

    pub(super) fn ensure_open(&self) -> Result<(), BackendError> {
        if self.is_closed { Err(BackendError::new(ErrorKind::Closed, "the bus is closed")) } else { Ok(()) }
    }
}

impl Messages {
    /// Up to `max` messages from an offset on.
    pub(super) fn from(
        &self,
        partition: &Partition,
        offset: usize,
        max: usize,
    ) -> impl Iterator<Item = Delivery> {
        let range = self.stored.iter().enumerate().skip(offset.max(self.first)).take(max);
        range.map(|(index, (published, message))| Delivery {
            position: Position { partition: partition.clone(), offset: index.to_string().into() },
            published: *published,
            // It does not count.
            attempt: 1,
            message: Arc::clone(message),
        })
    }

    /// Where a new group begins.
    fn offset(&self, start: &Start) -> Result<usize, BackendError> {
        Ok(match start {
            Start::Earliest => self.first,
            Start::Latest => self.stored.len(),
            Start::Offset(offset) => parse(offset)?,
            Start::Time(time) => {
                self.stored.partition_point(|(published, _)| published < time).max(self.first)
            }
        })
    }
}

fn parse(offset: &str) -> Result<usize, BackendError> {
    offset.parse().map_err(|_| {
        BackendError::new(ErrorKind::Invalid, format!("`{offset}` is not an offset: use a number"))
    })
}
