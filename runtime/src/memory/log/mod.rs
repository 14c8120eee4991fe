mod admin;

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::shared::{Changes, Messages, Stored, Wait, Watched, closed, parse, silent_at};
use crate::backend::{
    BackendError, Batch, Contract, Delivery, ErrorKind, Gap, GapReason, Outgoing, Partition, Position,
    Rebalance, Start, Subscription,
};

/// The number of a member, counted over all that ever joined.
pub(super) type MemberId = u64;

/// The topics, the groups that read them, and the members that wait for a change.
#[derive(Default)]
pub(super) struct Log {
    topics: HashMap<Arc<str>, Messages>,
    /// Every published message once, in order: its topic and its index there.
    order: Vec<(Arc<str>, usize)>,
    groups: HashMap<Box<str>, Group>,
    members: HashMap<MemberId, Member>,
    joined: MemberId,
    /// The changes that may make a message available.
    changes: Changes<MemberId>,
    /// The schema store: values by scope and name.
    schemas: HashMap<(Box<str>, Box<str>), Vec<u8>>,
    /// Contracts that are recorded there.
    recorded: HashSet<Contract>,
    /// Whether a test has taken away the permission to record schemas.
    refuses_schemas: bool,
    /// Whether a test has stopped it.
    is_stopped: bool,
    is_closed: bool,
}

struct Member {
    group: Box<str>,
    name: Box<str>,
    topics: Vec<Arc<str>>,
    /// The topic to look at first, so that no topic starves.
    turn: usize,
    claim_after: Duration,
    last_sign: SystemTime,
    revoked: Vec<Partition>,
}

/// The progress of a group on each topic.
#[derive(Default)]
struct Group(HashMap<Arc<str>, Progress>);

/// The progress of a group on a topic. A message before `next` that is neither returned nor held is done.
#[derive(Default)]
struct Progress {
    /// The first message that was not looked at yet.
    next: usize,
    /// Messages before `next` that must be delivered, and how often they were delivered before.
    returned: BTreeMap<usize, u32>,
    held: BTreeMap<usize, Held>,
    /// The member that holds a key, and how many of its messages.
    keys: HashMap<Vec<u8>, (MemberId, usize)>,
}

struct Held {
    member: MemberId,
    attempt: u32,
}

impl Log {
    pub(super) fn append(
        &mut self,
        batch: Vec<Outgoing>,
        now: SystemTime,
    ) -> Result<Vec<Position>, BackendError> {
        self.ensure_open()?;
        for contract in batch.iter().filter_map(|outgoing| outgoing.contract.as_ref()) {
            if !self.recorded.contains(contract) {
                let answer = self.put_schema(contract.scope(), contract.name(), contract.value());
                let is_recorded = answer.is_ok();
                contract.check(answer)?;
                is_recorded.then(|| self.recorded.insert(contract.clone()));
            }
        }
        let positions = batch.into_iter().map(|Outgoing { topic, message, .. }| {
            let messages = self.topics.entry(Arc::clone(&topic)).or_default();
            self.order.push((Arc::clone(&topic), messages.stored.len()));
            messages.append(partition_of(&topic), message, now)
        });
        let positions = positions.collect();
        self.changes.add();
        Ok(positions)
    }

    /// Appends messages, and acknowledges those that they replace: all, or none.
    pub(super) fn append_and_acknowledge(
        &mut self,
        id: MemberId,
        batch: Vec<Outgoing>,
        positions: &[Position],
        now: SystemTime,
    ) -> Result<Vec<Position>, BackendError> {
        self.keep_alive(id, now)?;
        if let Some(lost) = positions.iter().find(|position| !self.holds(id, position)) {
            return Err(BackendError::not_held(lost));
        }
        let published = self.append(batch, now)?;
        self.acknowledge(id, positions, now)?;
        Ok(published)
    }

    /// Gives messages back that a member holds, without counting their delivery.
    pub(super) fn give_back(
        &mut self,
        id: MemberId,
        positions: &[Position],
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.keep_alive(id, now)?;
        let held = positions.iter().filter(|position| self.holds(id, position));
        let held: Vec<_> = held.filter_map(|p| Some((p, parse(&p.offset).ok()?))).collect();
        let group = &self.members.get(&id).ok_or_else(BackendError::fenced)?.group;
        let group = self.groups.get_mut(group).ok_or_else(BackendError::fenced)?;
        for (Position { partition: Partition { topic, .. }, .. }, index) in held {
            if let (Some(progress), Some(log)) = (group.0.get_mut(topic), self.topics.get(topic)) {
                progress.give_back(index, &log.stored[index]);
            }
        }
        self.changes.add();
        Ok(())
    }

    fn holds(&self, id: MemberId, position: &Position) -> bool {
        let Position { partition: Partition { topic, number }, offset } = position;
        let group = self.members.get(&id).and_then(|member| self.groups.get(&member.group));
        let progress = group.and_then(|group| group.0.get(topic)).filter(|_| *number == 0);
        let held = progress.zip(parse(offset).ok()).and_then(|(progress, index)| progress.held.get(&index));
        held.is_some_and(|held| held.member == id)
    }

    pub(super) fn schema(&self, scope: &str, name: &str) -> Result<Option<Vec<u8>>, BackendError> {
        self.ensure_open()?;
        Ok(self.schemas.get(&(scope.into(), name.into())).cloned())
    }

    pub(super) fn put_schema(
        &mut self,
        scope: &str,
        name: &str,
        value: &[u8],
    ) -> Result<Vec<u8>, BackendError> {
        self.ensure_open()?;
        match self.schemas.entry((scope.into(), name.into())) {
            Entry::Occupied(entry) => Ok(entry.get().clone()),
            Entry::Vacant(_) if self.refuses_schemas => {
                let what =
                    "the log does not permit to record schemas: ask who operates it for the permission";
                Err(BackendError::new(ErrorKind::Refused, what))
            }
            Entry::Vacant(entry) => Ok(entry.insert(value.to_vec()).clone()),
        }
    }

    pub(super) fn published(&self) -> Vec<Delivery> {
        self.order
            .iter()
            .map(|(topic, index)| self.topics[topic].delivery(partition_of(topic), *index, 1))
            .collect()
    }

    pub(super) fn join(
        &mut self,
        subscription: Subscription,
        now: SystemTime,
    ) -> Result<MemberId, BackendError> {
        self.ensure_open()?;
        let name = subscription.member_name();
        let Subscription { topics, group, member: _, start, claim_after, order: _ } = subscription;
        let starts = topics.iter().map(|topic| self.offset_of(topic, &start));
        let starts: Vec<_> = starts.collect::<Result<_, _>>()?;
        let namesake = self.members.iter().find(|(_, member)| member.group == group && member.name == name);
        if let Some(id) = namesake.map(|(id, _)| *id) {
            self.leave(id)?;
        }
        for (topic, next) in topics.iter().zip(starts) {
            self.topics.entry(Arc::clone(topic)).or_default();
            let progress = &mut self.groups.entry(group.clone()).or_default().0;
            progress.entry(Arc::clone(topic)).or_insert_with(|| Progress::at(next));
        }
        self.joined += 1;
        let revoked = Vec::new();
        let member = Member { group, name, topics, turn: 0, claim_after, last_sign: now, revoked };
        self.members.insert(self.joined, member);
        self.changes.add();
        Ok(self.joined)
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn refuse_schemas(&mut self, refuses: bool) {
        self.refuses_schemas = refuses;
    }

    /// Discards the messages of a topic before an offset.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn discard(&mut self, topic: &str, up_to: &str) -> Result<(), BackendError> {
        let up_to = parse(up_to)?;
        if let Some(messages) = self.topics.get_mut(topic) {
            messages.discard(up_to);
        }
        self.changes.add();
        Ok(())
    }

    /// Returns up to `max` messages that this member may have, and what its group lost.
    pub(super) fn take(&mut self, id: MemberId, max: usize, now: SystemTime) -> Result<Batch, BackendError> {
        self.keep_alive(id, now)?;
        self.release_silent(id, now);
        let member = self.members.get_mut(&id).ok_or_else(BackendError::fenced)?;
        if !member.revoked.is_empty() {
            return Err(BackendError::revoked());
        }
        let mut batch = Batch::default();
        member.turn += 1;
        // `join` created the group, and forgetting it ends its members.
        let Some(group) = self.groups.get_mut(&member.group) else { return Ok(batch) };
        for turn in 0..member.topics.len() {
            let topic = &member.topics[(member.turn + turn) % member.topics.len()];
            let (Some(log), Some(progress)) = (self.topics.get(topic), group.0.get_mut(topic)) else {
                continue;
            };
            batch.gaps.extend(progress.skip(topic, log.first));
            progress.take(id, topic, log, max, &mut batch.deliveries);
        }
        Ok(batch)
    }

    /// Takes what this member lost.
    pub(super) fn take_revoked(&mut self, id: MemberId) -> Result<Option<Rebalance>, BackendError> {
        self.ensure_open()?;
        let member = self.members.get_mut(&id).ok_or_else(BackendError::fenced)?;
        let revoked = std::mem::take(&mut member.revoked);
        Ok((!revoked.is_empty()).then_some(Rebalance::Revoked(revoked)))
    }

    /// When the messages of another member of the group can be claimed next.
    fn next_claim(&self, id: MemberId, group: &str) -> Option<SystemTime> {
        let progress = &self.groups.get(group)?.0;
        let holds =
            |other: MemberId| progress.values().any(|p| p.held.values().any(|held| held.member == other));
        let others = self.members.iter().filter(|(other, member)| **other != id && *member.group == *group);
        others.filter(|(other, _)| holds(**other)).map(|(_, member)| member.silent_at()).min()
    }

    pub(super) fn acknowledge(
        &mut self,
        id: MemberId,
        positions: &[Position],
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.keep_alive(id, now)?;
        let group = &self.members.get(&id).ok_or_else(BackendError::fenced)?.group;
        let group = self.groups.get_mut(group).ok_or_else(BackendError::fenced)?;
        let mut first_error = None;
        for position in positions {
            let index = position.offset.parse::<usize>();
            let progress =
                group.0.get_mut(&position.partition.topic).filter(|_| position.partition.number == 0);
            let outcome = match (progress, self.topics.get(&position.partition.topic), index) {
                (Some(progress), Some(log), Ok(index)) if index < log.stored.len() => progress
                    .acknowledge(id, index, &log.stored[index])
                    .map_err(|message| (ErrorKind::Revoked, message)),
                _ => Err((ErrorKind::Invalid, "is not a position of a topic that this member reads")),
            };
            if let Err((kind, message)) = outcome {
                first_error.get_or_insert_with(|| BackendError::new(kind, format!("`{position}` {message}")));
            }
        }
        self.changes.add();
        first_error.map_or(Ok(()), Err)
    }

    pub(super) fn keep_alive(&mut self, id: MemberId, now: SystemTime) -> Result<(), BackendError> {
        self.ensure_open()?;
        // A member that left makes no calls.
        self.members.get_mut(&id).ok_or_else(BackendError::fenced)?.last_sign = now;
        Ok(())
    }

    pub(super) fn leave(&mut self, id: MemberId) -> Result<(), BackendError> {
        // The members of a closed log have left it.
        if !self.is_closed {
            self.ensure_open()?;
        }
        self.release(id);
        self.members.remove(&id);
        self.changes.add();
        Ok(())
    }

    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.changes.add();
    }

    /// Stops or starts the log. While it is stopped, it cannot be reached.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn set_stopped(&mut self, is_stopped: bool) {
        self.is_stopped = is_stopped;
        self.changes.add();
    }

    pub(super) fn ensure_open(&self) -> Result<(), BackendError> {
        let error = match (self.is_closed, self.is_stopped) {
            (true, _) => closed(),
            (false, true) => BackendError::new(ErrorKind::Unavailable, "a test has stopped the log"),
            (false, false) => return Ok(()),
        };
        Err(error)
    }

    /// The first offset that a group reads which begins at `start`.
    fn offset_of(&self, topic: &Arc<str>, start: &Start) -> Result<usize, BackendError> {
        self.topics.get(topic).unwrap_or(&Messages::default()).offset_of(start)
    }

    /// Releases the messages of the other members of the group that sent no heartbeat in time.
    fn release_silent(&mut self, id: MemberId, now: SystemTime) {
        let Some(group) = self.members.get(&id).map(|member| &member.group) else { return };
        let others = self.members.iter().filter(|(other, member)| **other != id && member.group == *group);
        let silent: Vec<_> =
            others.filter(|(_, member)| !member.is_live(now)).map(|(other, _)| *other).collect();
        for other in silent {
            self.release(other);
        }
    }

    fn release(&mut self, id: MemberId) {
        let group = self.members.get(&id).and_then(|member| self.groups.get_mut(&member.group));
        group.into_iter().flat_map(|group| group.0.values_mut()).for_each(|progress| progress.release(id));
    }
}

impl Watched for Log {
    type Member = MemberId;

    fn changes(&mut self) -> &mut Changes<MemberId> {
        &mut self.changes
    }

    /// To claim the messages of another member of the group, or as a heartbeat.
    fn next_wake(&self, id: &MemberId, wait: Wait) -> Option<SystemTime> {
        let member = self.members.get(id).filter(|_| wait == Wait::Messages)?;
        let heartbeat = member.last_sign.checked_add(member.claim_after / 2);
        self.next_claim(*id, &member.group).into_iter().chain(heartbeat).min()
    }
}

impl Member {
    fn is_live(&self, now: SystemTime) -> bool {
        self.silent_at() > now
    }

    fn silent_at(&self) -> SystemTime {
        silent_at(self.last_sign, self.claim_after)
    }
}

impl Progress {
    fn at(next: usize) -> Self {
        Self { next, ..Self::default() }
    }

    /// Moves past the messages that were discarded.
    fn skip(&mut self, topic: &Arc<str>, first: usize) -> Option<Gap> {
        let gap = self.gap(topic, first);
        self.returned = self.returned.split_off(&first);
        self.next = self.next.max(first);
        gap
    }

    /// The messages that were discarded and not done: those before `first`. Held messages are not lost.
    fn gap(&self, topic: &Arc<str>, first: usize) -> Option<Gap> {
        let returned = self.returned.range(..first);
        let from = returned.clone().next().map_or(self.next, |(index, _)| *index);
        let messages = returned.count() + first.saturating_sub(self.next);
        let gap = Gap::new(partition_of(topic), GapReason::Trimmed);
        let gap = gap.between(from.to_string(), first.to_string());
        (messages > 0).then(|| gap.with_messages(u64::try_from(messages).unwrap_or(u64::MAX)))
    }

    fn take(
        &mut self,
        id: MemberId,
        topic: &Arc<str>,
        messages: &Messages,
        max: usize,
        out: &mut Vec<Delivery>,
    ) {
        let returned: Vec<usize> = self.returned.keys().copied().collect();
        let fresh = self.next..messages.stored.len();
        for index in returned.into_iter().chain(fresh) {
            if out.len() == max {
                return;
            }
            self.next = self.next.max(index + 1);
            let key = messages.stored[index].message.key.as_ref();
            if key.and_then(|key| self.keys.get(key)).is_some_and(|(holder, _)| *holder != id) {
                self.returned.entry(index).or_insert(0);
                continue;
            }
            let attempt = self.returned.remove(&index).unwrap_or(0) + 1;
            self.held.insert(index, Held { member: id, attempt });
            if let Some(key) = key {
                self.keys.entry(key.clone()).or_insert((id, 0)).1 += 1;
            }
            out.push(messages.delivery(partition_of(topic), index, attempt));
        }
    }

    fn acknowledge(&mut self, id: MemberId, index: usize, stored: &Stored) -> Result<(), &'static str> {
        match self.held.get(&index) {
            Some(held) if held.member == id => {}
            Some(_) => return Err("was claimed by another member"),
            None if index >= self.next || self.returned.contains_key(&index) => {
                return Err("was taken from this member");
            }
            None => return Ok(()),
        }
        self.drop_held(index, stored);
        Ok(())
    }

    fn give_back(&mut self, index: usize, stored: &Stored) {
        if let Some(held) = self.drop_held(index, stored) {
            self.returned.insert(index, held.attempt - 1);
        }
    }

    /// A message is no longer held.
    fn drop_held(&mut self, index: usize, stored: &Stored) -> Option<Held> {
        let held = self.held.remove(&index)?;
        if let Some(key) = &stored.message.key
            && let Some((_, count)) = self.keys.get_mut(key)
        {
            *count -= 1;
            if *count == 0 {
                self.keys.remove(key);
            }
        }
        Some(held)
    }

    fn release(&mut self, id: MemberId) {
        let (released, kept): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.held).into_iter().partition(|(_, held)| held.member == id);
        self.held = kept;
        self.returned.extend(released.into_iter().map(|(index, held)| (index, held.attempt)));
        self.keys.retain(|_, (holder, _)| *holder != id);
    }
}

fn partition_of(topic: &Arc<str>) -> Partition {
    Partition { topic: Arc::clone(topic), number: 0 }
}
