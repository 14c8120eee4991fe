//! Groups: their members and positions.

use std::{sync::Arc, time::SystemTime};

use rusqlite::OptionalExtension;
use signalbook_runtime::backend::{
    BackendError, Batch, ErrorKind, Outgoing, Partition, Position, Subscription,
};

use super::{Result, Store, log::partition_of, micros, span};
use crate::revocation_notice::Notice;

/// How long the row of a dead member without messages is kept: one day.
const FORGOTTEN_AFTER: i64 = 24 * 60 * 60 * 1_000_000;

/// A live member of this process.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: i64,
    pub(super) group: Box<str>,
    name: Box<str>,
    pub(super) topics: Vec<TopicCursor>,
    pub(super) claim_after: i64,
    /// The topic that is first in the next claim, so that a busy one does not starve the others.
    pub(super) turn: usize,
    /// Tells the member that it lost its messages.
    pub(crate) notice: Notice,
}

/// A topic as a group reads it.
#[derive(Debug)]
pub(super) struct TopicCursor {
    pub(super) name: Arc<str>,
    pub(super) topic: i64,
    pub(super) cursor: i64,
}

/// An answer with an error of the request, not of the file.
pub(crate) type BackendResult<T> = std::result::Result<T, BackendError>;

impl Store {
    /// Joins a group. A live member of the same name counts as an earlier instance of this one, and loses its
    /// messages.
    pub(crate) fn join(&mut self, subscription: &Subscription) -> Result<BackendResult<Member>> {
        let next = match self.offset_of(&subscription.start)? {
            Ok(next) => next,
            Err(error) => return Ok(Err(error)),
        };
        let mut topics: Vec<TopicCursor> = Vec::with_capacity(subscription.topics.len());
        for name in &subscription.topics {
            if topics.iter().any(|topic| topic.name == *name) {
                continue;
            }
            let topic = self.topic(name)?;
            let cursor = match self.cursor(&subscription.group, topic)? {
                Some(cursor) => cursor,
                None => self.new_cursor(&subscription.group, topic, next)?,
            };
            topics.push(TopicCursor { name: Arc::clone(name), topic, cursor });
        }
        let claim_after = span(subscription.claim_after);
        let mut member = Member {
            id: 0,
            group: subscription.group.clone(),
            name: subscription.member_name(),
            topics,
            claim_after,
            turn: 0,
            notice: Notice::default(),
        };
        self.expel_namesake(&member)?;
        member.id = self
            .connection
            .prepare_cached(
                "INSERT INTO members (group_name, name, alive_until, claim_after) VALUES (?1, ?2, ?3, ?4)",
            )?
            .insert((&member.group, &member.name, member.lease(), member.claim_after))?;
        Ok(Ok(member))
    }

    /// Renews the lease. Returns `false` if the member has lost its row, and its messages with it.
    pub(crate) fn renew(&self, member: &Member) -> Result<bool> {
        let renewed = self
            .connection
            .prepare_cached("UPDATE members SET alive_until = ?2 WHERE id = ?1")?
            .execute((member.id, member.lease()))?;
        Ok(renewed == 1)
    }

    /// Takes note that a member lost its row. It continues without its messages, unless it was replaced.
    pub(super) fn revoke(&self, member: &Member) -> Result<BackendError> {
        if self.is_fenced(member)? {
            return Ok(BackendError::fenced());
        }
        self.rejoin(member)?;
        member.notice.post();
        Ok(revoked(&member.name))
    }

    /// Inserts a member that lost its row again.
    fn rejoin(&self, member: &Member) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO members (id, group_name, name, alive_until, claim_after)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((member.id, &member.group, &member.name, member.lease(), member.claim_after))?;
        Ok(())
    }

    /// Marks messages as done: those that the member holds. Returns the error of the first of the others. If
    /// the member has lost its lease, it holds no messages.
    pub(crate) fn acknowledge(&self, member: &Member, positions: &[Position]) -> Result<BackendResult<()>> {
        if let Err(error) = self.keep_alive(member)? {
            return Ok(Err(error));
        }
        let mut delete = self
            .connection
            .prepare_cached("DELETE FROM deliveries WHERE cursor = ?1 AND offset = ?2 AND member = ?3")?;
        let mut outcome = Ok(());
        for position in positions {
            let refused = match member.find(position) {
                Ok((cursor, offset)) => {
                    let is_done =
                        delete.execute((cursor, offset, member.id))? == 1 || self.is_done(cursor, offset)?;
                    (!is_done).then(|| taken(position))
                }
                Err(error) => Some(error),
            };
            outcome = outcome.and(refused.map_or(Ok(()), Err));
        }
        Ok(outcome)
    }

    /// Whether the group has done a message before.
    fn is_done(&self, cursor: i64, offset: i64) -> Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM cursors WHERE id = ?1 AND next > ?2
                 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE cursor = ?1 AND offset = ?2)",
            )?
            .exists((cursor, offset))
    }

    /// Appends messages, and marks those as done that they replace: all, or none if the member does not hold
    /// one of them.
    pub(crate) fn append_and_acknowledge(
        &mut self,
        member: &Member,
        batch: &[Outgoing],
        positions: &[Position],
    ) -> Result<BackendResult<Vec<Position>>> {
        if let Err(error) = self.keep_alive(member)? {
            return Ok(Err(error));
        }
        for position in positions {
            match member.find(position) {
                Ok(found) if self.holds(member, found)? => {}
                Ok(_) => return Ok(Err(BackendError::not_held(position))),
                Err(error) => return Ok(Err(error)),
            }
        }
        match self.append(batch)? {
            Ok(published) => Ok(self.acknowledge(member, positions)?.map(|()| published)),
            Err(error) => Ok(Err(error)),
        }
    }

    fn holds(&self, member: &Member, (cursor, offset): (i64, i64)) -> Result<bool> {
        self.connection
            .prepare_cached("SELECT 1 FROM deliveries WHERE cursor = ?1 AND offset = ?2 AND member = ?3")?
            .exists((cursor, offset, member.id))
    }

    /// Renews the lease. Returns an error if it was too late.
    pub(crate) fn keep_alive(&self, member: &Member) -> Result<BackendResult<()>> {
        Ok(if self.renew(member)? { Ok(()) } else { Err(self.revoke(member)?) })
    }

    /// Puts back a batch that was not received.
    pub(crate) fn put_back(&self, member: &Member, batch: &Batch) -> Result<()> {
        for gap in &batch.gaps {
            if let Some(topic) = member.topics.iter().find(|topic| topic.name == gap.partition.topic) {
                self.put_back_gap(topic.cursor, gap)?;
            }
        }
        self.free(member, batch.deliveries.iter().map(|delivery| &delivery.position))
    }

    /// Gives messages back that a member holds.
    pub(crate) fn give_back(&self, member: &Member, positions: &[Position]) -> Result<BackendResult<()>> {
        if let Err(error) = self.keep_alive(member)? {
            return Ok(Err(error));
        }
        self.free(member, positions.iter()).map(Ok)
    }

    /// Lets messages wait again that a member holds. Their delivery does not count.
    fn free<'a>(&self, member: &Member, positions: impl Iterator<Item = &'a Position>) -> Result<()> {
        let mut free = self.connection.prepare_cached(
            "UPDATE deliveries SET member = NULL, attempts = attempts - 1
             WHERE cursor = ?1 AND offset = ?2 AND member = ?3",
        )?;
        for (cursor, offset) in positions.filter_map(|position| member.find(position).ok()) {
            free.execute((cursor, offset, member.id))?;
        }
        Ok(())
    }

    /// Ends a membership of any process. Its messages wait for other members.
    pub(crate) fn leave(&self, member: i64) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE deliveries SET member = NULL WHERE member = ?1")?
            .execute([member])?;
        self.connection.prepare_cached("DELETE FROM members WHERE id = ?1")?.execute([member])?;
        Ok(())
    }

    /// Ends the memberships of the group's dead members.
    pub(super) fn remove_dead_members(&self, member: &Member) -> Result<()> {
        let dead: Vec<i64> = self
            .connection
            .prepare_cached(
                "SELECT id FROM members WHERE group_name = ?1 AND id <> ?2 AND alive_until < ?3
                 AND EXISTS (SELECT 1 FROM deliveries WHERE member = members.id)",
            )?
            .query_map((&member.group, member.id, micros(SystemTime::now())), |row| row.get(0))?
            .collect::<Result<_>>()?;
        dead.into_iter().try_for_each(|id| self.leave(id))
    }

    /// Removes the rows of members that died long ago and hold no messages.
    pub(super) fn delete_old_members(&self) -> Result<()> {
        self.connection.execute(
            "DELETE FROM members WHERE alive_until < ?1
             AND NOT EXISTS (SELECT 1 FROM deliveries WHERE member = members.id)",
            [micros(SystemTime::now()) - FORGOTTEN_AFTER],
        )?;
        Ok(())
    }

    /// Whether a member without a row was replaced: another one joined under its name, or its group was
    /// forgotten.
    fn is_fenced(&self, member: &Member) -> Result<bool> {
        if self.with_name_of(member)?.is_some() {
            return Ok(true);
        }
        for topic in &member.topics {
            if self.cursor(&member.group, topic.topic)? != Some(topic.cursor) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn expel_namesake(&self, member: &Member) -> Result<()> {
        self.with_name_of(member)?.map_or(Ok(()), |id| self.leave(id))
    }

    /// The member of the group with this name.
    fn with_name_of(&self, member: &Member) -> Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT id FROM members WHERE group_name = ?1 AND name = ?2")?
            .query_row((&member.group, &member.name), |row| row.get(0))
            .optional()
    }

    pub(super) fn cursor(&self, group: &str, topic: i64) -> Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT id FROM cursors WHERE group_name = ?1 AND topic = ?2")?
            .query_row((group, topic), |row| row.get(0))
            .optional()
    }

    pub(super) fn new_cursor(&self, group: &str, topic: i64, next: i64) -> Result<i64> {
        self.connection
            .prepare_cached("INSERT INTO cursors (group_name, topic, next) VALUES (?1, ?2, ?3)")?
            .insert((group, topic, next))
    }
}

impl Member {
    /// The partitions that it may lose.
    pub(crate) fn partitions(&self) -> Vec<Partition> {
        self.topics.iter().map(|topic| partition_of(&topic.name)).collect()
    }

    /// Until when it counts as alive without a further heartbeat.
    fn lease(&self) -> i64 {
        micros(SystemTime::now()).saturating_add(self.claim_after)
    }

    /// The cursor and offset of a position.
    fn find(&self, position: &Position) -> BackendResult<(i64, i64)> {
        let Partition { topic, number } = &position.partition;
        match self.topics.iter().find(|cursor| cursor.name == *topic) {
            Some(cursor) if *number == 0 => Ok((cursor.cursor, parse(&position.offset)?)),
            Some(_) | None => Err(BackendError::new(
                ErrorKind::Invalid,
                format!("`{}` does not read {}: subscribe to its topic", self.name, position.partition),
            )),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.notice.end();
    }
}

/// Parses an offset.
pub(super) fn parse(offset: &str) -> BackendResult<i64> {
    offset.parse().ok().filter(|offset| *offset >= 0).ok_or_else(|| {
        BackendError::new(
            ErrorKind::Invalid,
            format!("`{offset}` is not an offset of an SQLite bus: use a whole number, such as 42"),
        )
    })
}

fn taken(position: &Position) -> BackendError {
    let message = format!(
        "`{position}` was taken from this member: drop the message, which goes to another member of the group"
    );
    BackendError::new(ErrorKind::Revoked, message)
}

fn revoked(member: &str) -> BackendError {
    BackendError::new(
        ErrorKind::Revoked,
        format!(
            "`{member}` sent no heartbeat for too long, and its messages go to other members: drop them, \
             and call `keep_alive` or increase `claim_after` if processing takes long"
        ),
    )
}
