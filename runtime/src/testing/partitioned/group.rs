use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::log::MemberId;
use crate::{
    backend::{BackendError, Batch, ErrorKind, Gap, GapReason, Partition, Rebalance},
    memory::shared::{Messages, Wait, silent_at},
};

/// A group: its members, which partitions they own, and how far it has read.
pub(super) struct Group {
    release_timeout: Duration,
    progress: BTreeMap<Partition, Progress>,
    owners: BTreeMap<Partition, Owner>,
    members: BTreeMap<Arc<str>, Member>,
}

/// How far a group has read a partition.
struct Progress {
    /// All messages before it are done.
    committed: usize,
    /// The messages from there on that the group was told it had lost.
    told: BTreeSet<usize>,
}

/// The member that owns a partition.
struct Owner {
    member: Arc<str>,
    /// The next message to deliver.
    next: usize,
    /// The messages that are acknowledged, while one before them is not.
    done: BTreeSet<usize>,
    /// When the partition is revoked, if it is about to be.
    release_by: Option<SystemTime>,
}

struct Member {
    number: u64,
    topics: Vec<Arc<str>>,
    claim_after: Duration,
    last_sign: SystemTime,
    is_live: bool,
    /// The partition to look at first, so that none starves.
    turn: usize,
    changes: Changes,
}

/// The changes that a member has not taken.
#[derive(Default)]
struct Changes {
    revoked: Vec<Partition>,
    revoking: Vec<Partition>,
    assigned: Vec<Partition>,
}

impl Group {
    pub(super) fn new(release_timeout: Duration) -> Self {
        Self { release_timeout, progress: BTreeMap::new(), owners: BTreeMap::new(), members: BTreeMap::new() }
    }

    /// Adds a member, which reads these partitions. `starts` are where a new group begins.
    pub(super) fn join(
        &mut self,
        member: &MemberId,
        starts: Vec<(Partition, usize)>,
        claim_after: Duration,
        now: SystemTime,
    ) {
        self.owners.retain(|_, owner| owner.member != member.name);
        let mut topics: Vec<_> = starts.iter().map(|(partition, _)| Arc::clone(&partition.topic)).collect();
        topics.dedup();
        for (partition, committed) in starts {
            self.progress.entry(partition).or_insert_with(|| Progress { committed, told: BTreeSet::new() });
        }
        let changes = Changes::default();
        let (number, last_sign) = (member.number, now);
        let joined = Member { number, topics, claim_after, last_sign, is_live: true, turn: 0, changes };
        self.members.insert(Arc::clone(&member.name), joined);
        self.look(now);
        self.assign(now);
    }

    pub(super) fn leave(&mut self, member: &MemberId, now: SystemTime) {
        if self.find(member).is_ok() {
            self.members.remove(&member.name);
            self.owners.retain(|_, owner| owner.member != member.name);
            self.assign(now);
        }
    }

    /// Revokes the partitions of dead members, and those that were not released in time. Returns whether
    /// there were any.
    pub(super) fn look(&mut self, now: SystemTime) -> bool {
        let mut has_changed = false;
        for member in self.members.values_mut().filter(|member| member.is_live && member.silent_at() <= now) {
            member.is_live = false;
            has_changed = true;
        }
        let members = &mut self.members;
        self.owners.retain(|partition, owner| {
            let Some(member) = members.get_mut(&owner.member) else { return false };
            let is_late = owner.release_by.is_some_and(|time| time <= now);
            if member.is_live && !is_late {
                return true;
            }
            member.changes.revoke(partition);
            has_changed = true;
            false
        });
        if has_changed {
            self.assign(now);
        }
        has_changed
    }

    /// A heartbeat. A member that counted as dead lives again.
    pub(super) fn touch(&mut self, member: &MemberId, now: SystemTime) -> Result<(), BackendError> {
        let member = self.find(member)?;
        member.last_sign = now;
        if !member.is_live {
            member.is_live = true;
            self.assign(now);
        }
        Ok(())
    }

    pub(super) fn ensure_not_revoked(&mut self, member: &MemberId) -> Result<(), BackendError> {
        if self.find(member)?.changes.revoked.is_empty() { Ok(()) } else { Err(BackendError::revoked()) }
    }

    pub(super) fn take(
        &mut self,
        member: &MemberId,
        messages: &HashMap<Partition, Messages>,
        max: usize,
    ) -> Result<Batch, BackendError> {
        self.ensure_not_revoked(member)?;
        let turn = &mut self.find(member)?.turn;
        *turn = turn.wrapping_add(1);
        let turn = *turn;
        let owners = self.owners.iter_mut().filter(|(_, owner)| owner.member == member.name);
        let mut owned: Vec<_> = owners.filter(|(_, owner)| owner.release_by.is_none()).collect();
        if !owned.is_empty() {
            let first = turn % owned.len();
            owned.rotate_left(first);
        }
        let mut batch = Batch::default();
        for (partition, owner) in owned {
            let (Some(messages), Some(progress)) =
                (messages.get(partition), self.progress.get_mut(partition))
            else {
                continue;
            };
            batch.gaps.extend(progress.lose(partition, owner.next..messages.first));
            owner.next = owner.next.max(messages.first);
            let before = batch.deliveries.len();
            batch.deliveries.extend(messages.from(partition, owner.next, max - before));
            owner.next += batch.deliveries.len() - before;
            progress.commit(&mut owner.done);
        }
        Ok(batch)
    }

    pub(super) fn acknowledge(
        &mut self,
        member: &MemberId,
        partition: &Partition,
        offset: usize,
    ) -> Result<(), BackendError> {
        self.find(member)?;
        let Some(progress) = self.progress.get_mut(partition) else {
            let message = format!("{partition} is not a partition of a topic that this member reads");
            return Err(BackendError::new(ErrorKind::Invalid, message));
        };
        let owner = self.owners.get_mut(partition).filter(|owner| owner.member == member.name);
        let Some(owner) = owner.filter(|owner| offset < owner.next) else {
            let message = format!("`{partition}@{offset}` belongs to another member by now");
            return Err(BackendError::new(ErrorKind::Revoked, message));
        };
        if offset >= progress.committed {
            owner.done.insert(offset);
            progress.commit(&mut owner.done);
        }
        Ok(())
    }

    pub(super) fn release(
        &mut self,
        member: &MemberId,
        partitions: &[Partition],
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.find(member)?.changes.revoking.retain(|partition| !partitions.contains(partition));
        self.owners.retain(|partition, owner| {
            let is_released = owner.member == member.name && owner.release_by.is_some();
            !(is_released && partitions.contains(partition))
        });
        self.assign(now);
        Ok(())
    }

    pub(super) fn take_rebalance(&mut self, member: &MemberId) -> Result<Option<Rebalance>, BackendError> {
        Ok(self.find(member)?.changes.take())
    }

    /// When the next deadline ends: of another member, of a release, or of the next heartbeat.
    pub(super) fn next_wake(&self, member: &MemberId, wait: Wait) -> Option<SystemTime> {
        let deaths = self.members.iter().filter_map(|(name, other)| match wait {
            _ if !other.is_live => None,
            Wait::Messages if *name == member.name => other.last_sign.checked_add(other.claim_after / 2),
            Wait::Rebalance if *name == member.name => None,
            Wait::Messages | Wait::Rebalance => Some(other.silent_at()),
        });
        deaths.chain(self.owners.values().filter_map(|owner| owner.release_by)).min()
    }

    fn find(&mut self, member: &MemberId) -> Result<&mut Member, BackendError> {
        let found = self.members.get_mut(&member.name).filter(|found| found.number == member.number);
        found.ok_or_else(BackendError::fenced)
    }

    /// Gives each partition to its reader: the live members of a topic, by name, take turns. If another
    /// member owns it, it is asked to release it.
    fn assign(&mut self, now: SystemTime) {
        for (partition, progress) in &self.progress {
            let is_reader = |member: &Member| member.is_live && member.topics.contains(&partition.topic);
            let readers = self.members.iter().filter(|(_, member)| is_reader(member));
            let readers: Vec<_> = readers.map(|(name, _)| Arc::clone(name)).collect();
            let turn = usize::try_from(partition.number).unwrap_or(0).checked_rem(readers.len());
            let Some(reader) = turn.map(|turn| &readers[turn]) else { continue };
            let owner = self.owners.entry(partition.clone()).or_insert_with(|| {
                if let Some(member) = self.members.get_mut(reader) {
                    member.changes.assigned.push(partition.clone());
                }
                let (member, next) = (Arc::clone(reader), progress.committed);
                Owner { member, next, done: BTreeSet::new(), release_by: None }
            });
            if owner.member != *reader
                && owner.release_by.is_none()
                && let Some(member) = self.members.get_mut(&owner.member)
            {
                owner.release_by = now.checked_add(self.release_timeout);
                member.changes.assigned.retain(|assigned| assigned != partition);
                member.changes.revoking.push(partition.clone());
            }
        }
    }
}

impl Progress {
    /// Moves the committed offset past the messages that are done or lost.
    fn commit(&mut self, done: &mut BTreeSet<usize>) {
        while done.remove(&self.committed) || self.told.remove(&self.committed) {
            self.committed += 1;
        }
    }

    /// The group has lost these messages. Returns those that it was not told about.
    fn lose(&mut self, partition: &Partition, lost: std::ops::Range<usize>) -> Option<Gap> {
        let end = lost.end;
        let lost: Vec<_> = lost.filter(|offset| self.told.insert(*offset)).collect();
        // As Kafka, the log knows only that the position of the group is not an offset any more.
        let gap = Gap::new(partition.clone(), GapReason::OutOfRange);
        let gap = gap.between(lost.first()?.to_string(), end.to_string());
        Some(gap.with_messages(u64::try_from(lost.len()).unwrap_or(u64::MAX)))
    }
}

impl Member {
    fn silent_at(&self) -> SystemTime {
        silent_at(self.last_sign, self.claim_after)
    }
}

impl Changes {
    fn revoke(&mut self, partition: &Partition) {
        self.revoking.retain(|revoking| revoking != partition);
        self.assigned.retain(|assigned| assigned != partition);
        self.revoked.push(partition.clone());
    }

    fn take(&mut self) -> Option<Rebalance> {
        let changes = [
            (&mut self.revoked, Rebalance::Revoked as fn(Vec<Partition>) -> Rebalance),
            (&mut self.revoking, Rebalance::Revoking),
            (&mut self.assigned, Rebalance::Assigned),
        ];
        let (partitions, change) = changes.into_iter().find(|(partitions, _)| !partitions.is_empty())?;
        Some(change(std::mem::take(partitions)))
    }
}
