//! The administration of the log.

use std::{sync::Arc, time::SystemTime};

use super::{Log, Member, MemberId, Messages, Progress, Stored, parse, partition_of};
use crate::backend::{
    BackendError, ErrorKind, GroupInfo, MemberInfo, MessageRange, Partition, PartitionInfo,
    PartitionProgress, Pending, Start,
};

impl Log {
    pub(in crate::memory) fn topics(&self) -> Result<Vec<PartitionInfo>, BackendError> {
        self.ensure_open()?;
        let infos = self.topics.iter().map(|(topic, Messages { stored, first })| {
            let (first, end) = (*first, stored.len());
            let mut info = PartitionInfo::new(partition_of(topic), first.to_string(), end.to_string());
            info.messages = Some(count(end - first));
            info
        });
        let mut infos: Vec<_> = infos.collect();
        infos.sort_unstable_by(|one, other| one.partition.cmp(&other.partition));
        Ok(infos)
    }

    pub(in crate::memory) fn groups(&self) -> Result<Vec<Box<str>>, BackendError> {
        self.ensure_open()?;
        let mut groups: Vec<_> = self.groups.keys().cloned().collect();
        groups.sort_unstable();
        Ok(groups)
    }

    pub(in crate::memory) fn group(
        &self,
        name: &str,
        now: SystemTime,
    ) -> Result<Option<GroupInfo>, BackendError> {
        self.ensure_open()?;
        let Some(group) = self.groups.get(name) else { return Ok(None) };
        let partitions = group.0.iter().map(|(topic, progress)| {
            progress.info(topic, self.topics.get(topic).map_or(&[], |topic| topic.stored.as_slice()), now)
        });
        let members = self.members_of(name).map(|(id, member)| {
            let mut info = MemberInfo::new(member.name.clone(), member.is_live(now));
            info.heartbeat = Some(now.duration_since(member.last_sign).unwrap_or_default());
            let held = group.0.iter().map(|(topic, progress)| {
                let held = progress.held.values().filter(|held| held.member == id).count();
                (partition_of(topic), count(held))
            });
            info.held = held.filter(|(_, messages)| *messages > 0).collect();
            info
        });
        let mut info = GroupInfo::new(partitions.collect(), members.collect());
        let first = |topic| self.topics.get(topic).map_or(0, |topic| topic.first);
        info.gaps =
            group.0.iter().filter_map(|(topic, progress)| progress.gap(topic, first(topic))).collect();
        Ok(Some(info))
    }

    pub(in crate::memory) fn seek(
        &mut self,
        group: &str,
        targets: Vec<(Partition, Start)>,
        now: SystemTime,
    ) -> Result<(), BackendError> {
        self.ensure_open()?;
        self.ensure_no_live_member(group, now)?;
        let moves = targets.into_iter().map(|(partition, start)| {
            let messages = self.find(&partition)?;
            let end = messages.stored.len();
            match &start {
                Start::Offset(offset) if parse(offset)? > end => {
                    Err(BackendError::after_the_end(&partition, offset, &end.to_string()))
                }
                start => Ok((partition, messages.offset_of(start)?)),
            }
        });
        let moves: Vec<_> = moves.collect::<Result<_, BackendError>>()?;
        for (partition, next) in moves {
            let progress = &mut self.groups.entry(group.into()).or_default().0;
            let earlier = progress.insert(Arc::clone(&partition.topic), Progress::at(next));
            // Members that died may come back.
            for held in earlier.into_iter().flat_map(|earlier| earlier.held.into_values()) {
                if let Some(member) = self.members.get_mut(&held.member)
                    && !member.revoked.contains(&partition)
                {
                    member.revoked.push(partition.clone());
                }
            }
        }
        self.changes.add();
        Ok(())
    }

    pub(in crate::memory) fn forget(&mut self, group: &str, now: SystemTime) -> Result<bool, BackendError> {
        self.ensure_open()?;
        self.ensure_no_live_member(group, now)?;
        self.members.retain(|_, member| *member.group != *group);
        let existed = self.groups.remove(group).is_some();
        self.changes.add();
        Ok(existed)
    }

    pub(in crate::memory) fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: usize,
    ) -> Result<MessageRange, BackendError> {
        self.ensure_open()?;
        let messages = self.find(partition)?;
        let from = parse(from)?.max(messages.first);
        let deliveries: Vec<_> = messages.from(partition, from, max).collect();
        let next = from + deliveries.len();
        Ok(MessageRange::new(deliveries, next.to_string()))
    }

    fn find(&self, partition: &Partition) -> Result<&Messages, BackendError> {
        self.topics.get(&partition.topic).filter(|_| partition.number == 0).ok_or_else(|| {
            BackendError::new(ErrorKind::Invalid, format!("there is no partition `{partition}`"))
        })
    }

    fn members_of(&self, group: &str) -> impl Iterator<Item = (MemberId, &Member)> {
        self.members
            .iter()
            .filter(move |(_, member)| *member.group == *group)
            .map(|(id, member)| (*id, member))
    }

    fn ensure_no_live_member(&self, group: &str, now: SystemTime) -> Result<(), BackendError> {
        let live = self.members_of(group).filter(|(_, member)| member.is_live(now));
        let mut live: Vec<_> = live.map(|(_, member)| &*member.name).collect();
        live.sort_unstable();
        if live.is_empty() { Ok(()) } else { Err(BackendError::live_members(group, live)) }
    }
}

impl Progress {
    fn info(&self, topic: &Arc<str>, stored: &[Stored], now: SystemTime) -> PartitionProgress {
        let oldest_held = self.held.keys().next();
        let not_done = [oldest_held, self.returned.keys().next(), Some(&self.next)];
        let position = not_done.into_iter().flatten().min().unwrap_or(&self.next);
        let mut info =
            PartitionProgress::new(partition_of(topic), position.to_string(), stored.len().to_string());
        let new = stored.len().saturating_sub(self.next);
        info.lag = Some(count(self.held.len() + self.returned.len() + new));
        let oldest = oldest_held.and_then(|index| stored.get(*index)).map(|stored| stored.published);
        let age = oldest.map(|published| now.duration_since(published).unwrap_or_default());
        info.pending = Some(Pending::new(count(self.held.len()), age));
        info
    }
}

fn count(messages: usize) -> u64 {
    u64::try_from(messages).unwrap_or(u64::MAX)
}
