//! Administration: what there is, and groups that move.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rusqlite::{OptionalExtension, Params};
use signalbook_runtime::backend::{
    BackendError, Delivery, ErrorKind, GroupInfo, MemberInfo, MessageRange, Partition, PartitionInfo,
    PartitionProgress, Pending, Start,
};

use super::{
    BackendResult, Result, Store,
    group::parse,
    log::{logged, partition_of, position},
    micros, time,
};

/// A position of a group in the file.
struct Cursor {
    id: i64,
    topic: i64,
    name: Arc<str>,
    next: i64,
}

impl Store {
    /// Runs queries that see the file at one time, and change nothing.
    pub(crate) fn read<T>(&self, queries: impl Fn(&Self) -> Result<BackendResult<T>>) -> BackendResult<T> {
        let read = self.patiently(|store| {
            let _reading = store.connection.unchecked_transaction()?;
            queries(store)
        });
        read.unwrap_or_else(|error| Err(self.database.explain(Arc::new(error))))
    }

    /// The partitions of all topics. Counts the messages.
    pub(crate) fn topics(&self) -> Result<Vec<PartitionInfo>> {
        let end = self.end()?;
        let mut topics = self.connection.prepare_cached("SELECT id, name FROM topics ORDER BY name")?;
        let mut rows = topics.query(())?;
        let mut infos = Vec::new();
        while let Some(row) = rows.next()? {
            let (topic, name): (i64, Arc<str>) = (row.get(0)?, row.get(1)?);
            let (messages, first) = self.count("messages WHERE topic = ?1", [topic])?;
            let first = first.unwrap_or(end).to_string();
            let mut info = PartitionInfo::new(partition_of(&name), first, end.to_string());
            info.messages = Some(messages);
            infos.push(info);
        }
        Ok(infos)
    }

    /// The names of all groups.
    pub(crate) fn groups(&self) -> Result<Vec<Box<str>>> {
        let mut select =
            self.connection.prepare_cached("SELECT DISTINCT group_name FROM cursors ORDER BY group_name")?;
        select.query_map((), |row| row.get(0))?.collect()
    }

    /// A group, or `None` if it does not exist. Counts the messages that are not done.
    pub(crate) fn group(&self, group: &str) -> Result<Option<GroupInfo>> {
        let mut select = self.connection.prepare_cached(
            "SELECT cursors.id, topic, name, next FROM cursors JOIN topics ON topics.id = topic
             WHERE group_name = ?1",
        )?;
        let cursors = select.query_map([group], |row| {
            Ok(Cursor { id: row.get(0)?, topic: row.get(1)?, name: row.get(2)?, next: row.get(3)? })
        })?;
        let cursors: Vec<_> = cursors.collect::<Result<_>>()?;
        if cursors.is_empty() {
            return Ok(None);
        }
        let now = SystemTime::now();
        let partitions = cursors.iter().map(|cursor| self.progress(cursor, now)).collect::<Result<_>>()?;
        let mut info = GroupInfo::new(partitions, self.members(group, &cursors, micros(now))?);
        for cursor in &cursors {
            info.gaps.extend(self.gap(cursor.id, &cursor.name)?);
        }
        Ok(Some(info))
    }

    /// Moves a group, unless it has live members. Its dead members end.
    pub(crate) fn seek(&mut self, group: &str, targets: &[(Partition, Start)]) -> Result<BackendResult<()>> {
        if let Err(refused) = self.ensure_no_live_member(group)? {
            return Ok(Err(refused));
        }
        let mut moves = Vec::with_capacity(targets.len());
        for (partition, start) in targets {
            match (self.find_topic(partition)?, self.target_of(partition, start)?) {
                (Ok(topic), Ok(next)) => moves.push((topic, next)),
                (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
            }
        }
        self.end_members(group)?;
        for (topic, next) in moves {
            match self.cursor(group, topic)? {
                Some(cursor) => self.move_cursor(cursor, next)?,
                None => drop(self.new_cursor(group, topic, next)?),
            }
        }
        Ok(Ok(()))
    }

    /// The first offset of a group that moves to `start`.
    fn target_of(&self, partition: &Partition, start: &Start) -> Result<BackendResult<i64>> {
        let end = self.end()?;
        match start {
            Start::Offset(offset) if parse(offset).is_ok_and(|offset| offset > end) => {
                Ok(Err(BackendError::after_the_end(partition, offset, &end.to_string())))
            }
            start => self.offset_of(start),
        }
    }

    /// Deletes the positions of a group on every topic, unless it has live members. Returns whether the group
    /// existed.
    pub(crate) fn forget(&self, group: &str) -> Result<BackendResult<bool>> {
        if let Err(refused) = self.ensure_no_live_member(group)? {
            return Ok(Err(refused));
        }
        self.end_members(group)?;
        for table in ["deliveries", "gaps"] {
            let of_group = "cursor IN (SELECT id FROM cursors WHERE group_name = ?1)";
            self.connection.execute(&format!("DELETE FROM {table} WHERE {of_group}"), [group])?;
        }
        Ok(Ok(self.connection.execute("DELETE FROM cursors WHERE group_name = ?1", [group])? > 0))
    }

    /// Up to `max` messages of a partition, from an offset on.
    pub(crate) fn messages(
        &self,
        partition: &Partition,
        from: &str,
        max: usize,
    ) -> Result<BackendResult<MessageRange>> {
        let (topic, from) = match (self.find_topic(partition)?, parse(from)) {
            (Ok(topic), Ok(from)) => (topic, from),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        let mut select = self.connection.prepare_cached(
            "SELECT offset, published, key, headers, payload FROM messages WHERE topic = ?1 AND offset >= ?2
             ORDER BY offset LIMIT ?3",
        )?;
        let mut rows = select.query((topic, from, i64::try_from(max).unwrap_or(i64::MAX)))?;
        let (mut deliveries, mut next) = (Vec::new(), from);
        while let Some(row) = rows.next()? {
            let logged = logged(row)?;
            next = logged.offset + 1;
            let position = position(&partition.topic, logged.offset);
            deliveries.push(Delivery::new(position, time(logged.published), logged.message));
        }
        Ok(Ok(MessageRange::new(deliveries, next.to_string())))
    }

    fn progress(&self, cursor: &Cursor, now: SystemTime) -> Result<PartitionProgress> {
        let (seen, first_seen) = self.count("deliveries WHERE cursor = ?1", [cursor.id])?;
        let (held, first_held) =
            self.count("deliveries WHERE cursor = ?1 AND member IS NOT NULL", [cursor.id])?;
        let (new, first_new) =
            self.count("messages WHERE topic = ?1 AND offset >= ?2", (cursor.topic, cursor.next))?;
        let end = self.end()?;
        let position = first_seen.or(first_new).unwrap_or_else(|| cursor.next.max(end));
        let mut progress =
            PartitionProgress::new(partition_of(&cursor.name), position.to_string(), end.to_string());
        progress.lag = Some(seen + new);
        let oldest = first_held.map(|offset| self.message(offset)).transpose()?.flatten();
        let age = oldest.map(|oldest| now.duration_since(time(oldest.published)).unwrap_or_default());
        progress.pending = Some(Pending::new(held, age));
        Ok(progress)
    }

    fn members(&self, group: &str, cursors: &[Cursor], now: i64) -> Result<Vec<MemberInfo>> {
        let mut select = self
            .connection
            .prepare_cached("SELECT id, name, alive_until, claim_after FROM members WHERE group_name = ?1")?;
        let mut rows = select.query([group])?;
        let mut members = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, name, alive_until): (i64, Box<str>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let mut member = MemberInfo::new(name, alive_until >= now);
            member.heartbeat = row.get::<_, Option<i64>>(3)?.map(|claim_after| {
                let age = now.saturating_sub(alive_until.saturating_sub(claim_after));
                Duration::from_micros(age.try_into().unwrap_or(0))
            });
            for cursor in cursors {
                let (messages, _) =
                    self.count("deliveries WHERE member = ?1 AND cursor = ?2", (id, cursor.id))?;
                if messages > 0 {
                    member.held.insert(partition_of(&cursor.name), messages);
                }
            }
            members.push(member);
        }
        Ok(members)
    }

    /// The number of rows, and the first offset among them. Two queries in one are faster than `min(offset)`.
    fn count(&self, rows: &str, parameters: impl Params) -> Result<(u64, Option<i64>)> {
        let sql = format!("SELECT count(*), (SELECT min(offset) FROM {rows}) FROM {rows}");
        let mut select = self.connection.prepare_cached(&sql)?;
        select.query_row(parameters, |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))
    }

    /// Finds a partition: the id of its topic.
    fn find_topic(&self, partition: &Partition) -> Result<BackendResult<i64>> {
        let topic: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM topics WHERE name = ?1 AND ?2 = 0")?
            .query_row((&*partition.topic, partition.number), |row| row.get(0))
            .optional()?;
        Ok(topic.ok_or_else(|| {
            BackendError::new(
                ErrorKind::Invalid,
                format!("there is no partition `{partition}`: a topic has only partition 0, once it is used"),
            )
        }))
    }

    fn ensure_no_live_member(&self, group: &str) -> Result<BackendResult<()>> {
        let live: Vec<Box<str>> = self
            .connection
            .prepare_cached(
                "SELECT name FROM members WHERE group_name = ?1 AND alive_until >= ?2 ORDER BY name",
            )?
            .query_map((group, micros(SystemTime::now())), |row| row.get(0))?
            .collect::<Result<_>>()?;
        let refused = || BackendError::live_members(group, live.iter().map(AsRef::as_ref));
        Ok(if live.is_empty() { Ok(()) } else { Err(refused()) })
    }

    /// Ends the memberships of all members. Those that come back learn that they lost their messages.
    fn end_members(&self, group: &str) -> Result<()> {
        let members: Vec<i64> = self
            .connection
            .prepare_cached("SELECT id FROM members WHERE group_name = ?1")?
            .query_map([group], |row| row.get(0))?
            .collect::<Result<_>>()?;
        members.into_iter().try_for_each(|id| self.leave(id))
    }

    fn move_cursor(&self, cursor: i64, next: i64) -> Result<()> {
        self.forget_gap(cursor)?;
        self.connection.prepare_cached("DELETE FROM deliveries WHERE cursor = ?1")?.execute([cursor])?;
        self.connection
            .prepare_cached("UPDATE cursors SET next = ?2 WHERE id = ?1")?
            .execute((cursor, next))?;
        Ok(())
    }
}
