//! Which messages a member gets: the oldest of its topics whose key no other member holds.

use std::time::SystemTime;

use rusqlite::OptionalExtension as _;
use signalbook_runtime::backend::{BackendError, Batch, Delivery};

use super::{
    BackendResult, Member, Result, Store,
    gaps::Loss,
    group::TopicCursor,
    log::{Logged, logged, position},
    micros, time,
};

/// How many messages of a topic may wait for their keys before the group looks no further: messages behind
/// them wait, whatever their key. Bounds what one claim records. `docs/bus.md` says so.
const LOOK_AHEAD: usize = 4096;

/// How many messages are skipped one by one because another member holds their key. With more, the search
/// goes by key.
const SKIPPED: usize = 64;

/// Whether a claim would return messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextClaim {
    /// A claim would return messages.
    Now,
    /// Not before this time, in microseconds since 1970, unless the file changes.
    At(i64),
    /// Not unless the file changes.
    Never,
}

/// Messages of a topic that a group has looked at and that no member holds.
#[derive(Default)]
struct Waiting {
    /// The messages that are free, and how many times they were delivered; at most as many as requested.
    free: Vec<(i64, u32)>,
    /// How many messages wait because another member holds their key.
    blocked: usize,
}

/// Finds waiting messages with the index `deliveries_waiting`.
const SELECT_WAITING: &str = "SELECT offset, key, attempts FROM deliveries INDEXED BY deliveries_waiting
    WHERE cursor = ?1 AND member IS NULL ORDER BY offset";

/// Finds waiting messages whose key no other member holds. Takes each key once, however many messages it has,
/// with the index `deliveries_waiting_by_key`.
const SELECT_FREE: &str = "
    WITH RECURSIVE keys (key) AS (
        SELECT min(key) FROM deliveries INDEXED BY deliveries_waiting_by_key
        WHERE cursor = ?1 AND member IS NULL AND key IS NOT NULL
        UNION ALL
        SELECT (
            SELECT min(key) FROM deliveries INDEXED BY deliveries_waiting_by_key
            WHERE cursor = ?1 AND member IS NULL AND key > keys.key
        )
        FROM keys WHERE keys.key IS NOT NULL
    ), free (key) AS (
        SELECT key FROM keys WHERE key IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM deliveries INDEXED BY deliveries_by_key
            WHERE cursor = ?1 AND deliveries.key = keys.key AND member IS NOT NULL AND member <> ?2
        )
        UNION ALL
        SELECT NULL
    )
    SELECT offset, attempts FROM free CROSS JOIN deliveries INDEXED BY deliveries_waiting_by_key
    ON cursor = ?1 AND deliveries.key IS free.key AND member IS NULL ORDER BY offset LIMIT ?3";

/// Counts the waiting messages, in the index alone.
const COUNT_WAITING: &str = "SELECT count(*) FROM deliveries INDEXED BY deliveries_waiting_by_key
    WHERE cursor = ?1 AND member IS NULL";

/// Finds the member that holds a key, with the index `deliveries_by_key`. One member holds all held messages
/// of a key.
const SELECT_HOLDER: &str = "SELECT member FROM deliveries INDEXED BY deliveries_by_key
    WHERE cursor = ?1 AND key = ?2 AND member IS NOT NULL LIMIT 1";

/// The messages that a member is about to get.
struct Claim {
    member: i64,
    max: usize,
    deliveries: Vec<Delivery>,
}

impl Claim {
    fn space(&self) -> usize {
        self.max - self.deliveries.len()
    }

    fn is_full(&self) -> bool {
        self.space() == 0
    }

    fn add(&mut self, topic: &TopicCursor, Logged { offset, published, message }: Logged, attempt: u32) {
        let position = position(&topic.name, offset);
        self.deliveries.push(Delivery::new(position, time(published), message).with_attempt(attempt));
    }
}

impl Store {
    /// Claims up to `max` messages for a member.
    pub(crate) fn claim(&self, member: &mut Member, max: usize) -> Result<BackendResult<Batch>> {
        if !self.renew(member)? {
            return Ok(Err(self.revoke(member)?));
        }
        if member.notice.is_posted() {
            return Ok(Err(BackendError::revoked()));
        }
        self.remove_dead_members(member)?;
        let mut claim = Claim { member: member.id, max, deliveries: Vec::new() };
        for turn in 0..member.topics.len() {
            if !claim.is_full() {
                self.fill(&mut claim, &member.topics[(member.turn + turn) % member.topics.len()])?;
            }
        }
        member.turn = member.turn.wrapping_add(1);
        let mut gaps = Vec::new();
        for topic in &member.topics {
            if let Some(gap) = self.gap(topic.cursor, &topic.name)? {
                self.forget_gap(topic.cursor)?;
                gaps.push(gap);
            }
        }
        Ok(Ok(Batch::new(claim.deliveries).with_gaps(gaps)))
    }

    /// Whether a claim would return messages, or is needed as a heartbeat. Only reads the file.
    pub(crate) fn next_claim(&self, member: &Member) -> Result<NextClaim> {
        let is_member: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM members WHERE id = ?1)")?
            .query_row([member.id], |row| row.get(0))?;
        if !is_member || member.notice.is_posted() {
            return Ok(NextClaim::Now);
        }
        for topic in &member.topics {
            let has_new: bool = self
                .connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM messages WHERE topic = ?1
                     AND offset >= (SELECT next FROM cursors WHERE id = ?2))
                     OR EXISTS (SELECT 1 FROM gaps WHERE cursor = ?2)",
                )?
                .query_row((topic.topic, topic.cursor), |row| row.get(0))?;
            if has_new || !self.waiting(topic.cursor, member.id, 1)?.free.is_empty() {
                return Ok(NextClaim::Now);
            }
        }
        // Others that hold messages may die, and this member must renew its lease while it waits.
        let due: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT min(alive_until - (id = ?2) * ?3) FROM members WHERE group_name = ?1
                 AND (id = ?2 OR EXISTS (SELECT 1 FROM deliveries WHERE member = members.id))",
            )?
            .query_row((&member.group, member.id, member.claim_after / 2), |row| row.get(0))?;
        Ok(match due {
            Some(due) if due < micros(SystemTime::now()) => NextClaim::Now,
            Some(due) => NextClaim::At(due),
            None => NextClaim::Never,
        })
    }

    /// Claims messages of one topic.
    fn fill(&self, claim: &mut Claim, topic: &TopicCursor) -> Result<()> {
        let Waiting { free, blocked } = self.waiting(topic.cursor, claim.member, claim.space())?;
        self.claim_free(claim, topic, free)?;
        if claim.is_full() { Ok(()) } else { self.claim_new(claim, topic, blocked) }
    }

    /// Claims messages that the group has looked at before. They are older, so they come first.
    fn claim_free(&self, claim: &mut Claim, topic: &TopicCursor, free: Vec<(i64, u32)>) -> Result<()> {
        let mut take = self.connection.prepare_cached(
            "UPDATE deliveries SET member = ?3, attempts = attempts + 1 WHERE cursor = ?1 AND offset = ?2",
        )?;
        for (offset, attempts) in free {
            let Some(message) = self.message(offset)? else {
                // Retention deleted it while a member held it, and the member did not do it.
                self.connection
                    .prepare_cached("DELETE FROM deliveries WHERE cursor = ?1 AND offset = ?2")?
                    .execute((topic.cursor, offset))?;
                self.lose(topic.cursor, Loss { first: offset, last: offset, messages: 1 })?;
                continue;
            };
            take.execute((topic.cursor, offset, claim.member))?;
            claim.add(topic, message, attempts.saturating_add(1));
        }
        Ok(())
    }

    /// Claims messages that the group has not looked at. Those whose key another member holds are recorded as
    /// waiting.
    fn claim_new(&self, claim: &mut Claim, topic: &TopicCursor, mut blocked: usize) -> Result<()> {
        let first: i64 = self
            .connection
            .prepare_cached("SELECT next FROM cursors WHERE id = ?1")?
            .query_row([topic.cursor], |row| row.get(0))?;
        let mut select = self.connection.prepare_cached(
            "SELECT offset, published, key, headers, payload FROM messages WHERE topic = ?1 AND offset >= ?2
             ORDER BY offset",
        )?;
        let mut enter = self.connection.prepare_cached(
            "INSERT INTO deliveries (cursor, offset, key, member, attempts) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut rows = select.query((topic.topic, first))?;
        let mut next = first;
        while !claim.is_full()
            && blocked < LOOK_AHEAD
            && let Some(row) = rows.next()?
        {
            let logged = logged(row)?;
            next = logged.offset + 1;
            let key = &logged.message.key;
            if self.is_held_by_another(topic.cursor, key.as_deref(), claim.member)? {
                enter.execute((topic.cursor, logged.offset, key, None::<i64>, 0))?;
                blocked += 1;
            } else {
                enter.execute((topic.cursor, logged.offset, key, claim.member, 1))?;
                claim.add(topic, logged, 1);
            }
        }
        if next > first {
            self.connection
                .prepare_cached("UPDATE cursors SET next = ?2 WHERE id = ?1")?
                .execute((topic.cursor, next))?;
        }
        Ok(())
    }

    /// Finds up to `max` waiting messages that `member` may get.
    fn waiting(&self, cursor: i64, member: i64, max: usize) -> Result<Waiting> {
        let mut waiting = Waiting::default();
        let mut select = self.connection.prepare_cached(SELECT_WAITING)?;
        let mut rows = select.query([cursor])?;
        while waiting.free.len() < max
            && let Some(row) = rows.next()?
        {
            let key: Option<Vec<u8>> = row.get(1)?;
            if self.is_held_by_another(cursor, key.as_deref(), member)? {
                waiting.blocked += 1;
                if waiting.blocked > SKIPPED {
                    return self.waiting_by_key(cursor, member, max);
                }
            } else {
                waiting.free.push((row.get(0)?, row.get(2)?));
            }
        }
        Ok(waiting)
    }

    /// Like [`waiting`](Self::waiting), for many messages of few keys.
    fn waiting_by_key(&self, cursor: i64, member: i64, max: usize) -> Result<Waiting> {
        let limit = i64::try_from(max).unwrap_or(i64::MAX);
        let mut select = self.connection.prepare_cached(SELECT_FREE)?;
        let free = select.query_map((cursor, member, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let free: Vec<_> = free.collect::<Result<_>>()?;
        let count: i64 =
            self.connection.prepare_cached(COUNT_WAITING)?.query_row([cursor], |row| row.get(0))?;
        let blocked = usize::try_from(count).unwrap_or(0).saturating_sub(free.len());
        Ok(Waiting { free, blocked })
    }

    fn is_held_by_another(&self, cursor: i64, key: Option<&[u8]>, member: i64) -> Result<bool> {
        let Some(key) = key else { return Ok(false) };
        let mut select = self.connection.prepare_cached(SELECT_HOLDER)?;
        let holder: Option<i64> = select.query_row((cursor, key), |row| row.get(0)).optional()?;
        Ok(holder.is_some_and(|holder| holder != member))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, StatementStatus};

    use super::*;
    use crate::store::open::INDEXES;

    /// The number of steps that SQLite takes for `sql` when a member holds `held` messages, each with its own
    /// key.
    fn steps(sql: &str, held: i64) -> i32 {
        let connection = Connection::open_in_memory().expect("SQLite opens a database in memory");
        connection.execute_batch(include_str!("schema.sql")).expect("the tables are created");
        connection.execute_batch(INDEXES).expect("the indexes are created");
        for offset in 1..=held {
            connection
                .execute(
                    "INSERT INTO deliveries (cursor, offset, key, member, attempts) VALUES (1, ?1, ?2, 1, 1)",
                    (offset, offset.to_be_bytes()),
                )
                .expect("a row");
        }
        let mut select = connection.prepare(sql).expect("a statement");
        let parameters = [&1_i64 as &dyn rusqlite::ToSql, &1_i64.to_be_bytes()];
        let count = select.parameter_count();
        let mut rows = select.query(&parameters[..count]).expect("a query");
        while rows.next().expect("a row").is_some() {}
        drop(rows);
        select.get_status(StatementStatus::VmStep)
    }

    /// The number of steps to find the free messages of member 2 among `blocked` messages of a key that
    /// member 1 holds. There are three, with two keys and without one.
    fn steps_to_find(blocked: i64) -> i32 {
        let connection = Connection::open_in_memory().expect("SQLite opens a database in memory");
        connection.execute_batch(include_str!("schema.sql")).expect("the tables are created");
        connection.execute_batch(INDEXES).expect("the indexes are created");
        let enter = |offset: i64, key: Option<&[u8]>, member: Option<i64>| {
            let sql =
                "INSERT INTO deliveries (cursor, offset, key, member, attempts) VALUES (1, ?1, ?2, ?3, 1)";
            connection.execute(sql, (offset, key, member)).expect("a row");
        };
        enter(1, Some(b"hot"), Some(1));
        enter(2, Some(b"mine"), Some(2));
        (0..blocked).for_each(|row| enter(10 + row, Some(b"hot"), None));
        enter(5, Some(b"mine"), None);
        enter(100_000, None, None);
        enter(7, Some(b"cold"), None);
        let mut select = connection.prepare(SELECT_FREE).expect("a statement");
        let found = select.query_map((1, 2, 10), |row| row.get(0)).expect("a query");
        let found: Vec<i64> = found.collect::<Result<_>>().expect("rows");
        assert_eq!(found, [5, 7, 100_000]);
        select.get_status(StatementStatus::VmStep)
    }

    #[test]
    fn the_cost_of_a_claim_does_not_grow_with_the_messages_of_a_held_key() {
        assert_eq!(steps_to_find(10), steps_to_find(1000));
    }

    #[test]
    fn the_cost_of_a_claim_does_not_grow_with_held_messages() {
        for sql in [SELECT_WAITING, SELECT_HOLDER] {
            assert_eq!(steps(sql, 10), steps(sql, 1000), "{sql}");
        }
    }
}
