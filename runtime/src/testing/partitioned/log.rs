use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::group::Group;
use crate::{
    backend::{
        BackendError, Batch, ErrorKind, Message, Outgoing, Partition, Position, Rebalance, Subscription,
    },
    memory::shared::{Changes, Messages, Wait, Watched, closed, parse},
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
    changes: Changes<MemberId>,
    is_closed: bool,
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
            changes: Changes::default(),
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
            messages.append(partition, message, now)
        });
        let positions = positions.collect();
        self.changes.add();
        Ok(positions)
    }

    pub(super) fn discard(&mut self, partition: &Partition, up_to: &str) -> Result<(), BackendError> {
        let up_to = parse(up_to)?;
        let messages = self.messages.get_mut(partition).ok_or_else(|| {
            BackendError::new(ErrorKind::Invalid, format!("there is no partition `{partition}`"))
        })?;
        messages.discard(up_to);
        self.changes.add();
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
                    self.messages.entry(partition.clone()).or_default().offset_of(&subscription.start)?;
                starts.push((partition, start));
            }
        }
        self.joined += 1;
        let name = subscription.member_name().into();
        let member = MemberId { group: subscription.group.clone(), name, number: self.joined };
        let timeout = self.release_timeout;
        let group = self.groups.entry(member.group.clone()).or_insert_with(|| Group::new(timeout));
        group.join(&member, starts, subscription.claim_after, now);
        self.changes.add();
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
        self.changes.add();
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
        self.changes.add();
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
        self.changes.add();
    }

    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.changes.add();
    }

    /// Revokes what is due in the group of a member.
    fn look(&mut self, member: &MemberId, now: SystemTime) -> Result<(), BackendError> {
        self.ensure_open()?;
        if self.group(member)?.look(now) {
            self.changes.add();
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

    pub(super) fn ensure_open(&self) -> Result<(), BackendError> {
        if self.is_closed { Err(closed()) } else { Ok(()) }
    }
}

impl Watched for Log {
    type Member = MemberId;

    fn changes(&mut self) -> &mut Changes<MemberId> {
        &mut self.changes
    }

    /// When a deadline of the group ends, or as a heartbeat.
    fn next_wake(&self, member: &MemberId, wait: Wait) -> Option<SystemTime> {
        self.groups.get(&member.group)?.next_wake(member, wait)
    }
}
