//! What a member is handed: the oldest messages of its topics whose key no other member holds.

use std::{collections::HashSet, time::SystemTime};

use signalbook_runtime::backend::{Batch, Delivery};

use super::{
    Member, Result, Store,
    group::Reading,
    log::{Logged, logged, position},
    micros, time,
};

/// How many messages of a topic may wait for their keys before a group looks no further: bounds the search that each
/// claim makes.
const LOOK_AHEAD: usize = 4096;

/// Whether a claim would bring something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// It would.
    Now,
    /// Not before this time, in microseconds since 1970, unless the file changes.
    At(i64),
    /// Not unless the file changes.
    Never,
}

/// What a group has looked at in a topic and not done.
struct Unfinished {
    /// Keys that another member holds.
    held: HashSet<Vec<u8>>,
    /// How many wait, for whatever reason.
    waiting: usize,
    /// Those that may be handed out, and how often they were.
    free: Vec<(i64, u32)>,
}

impl Store {
    /// Up to `max` messages for a member.
    pub(crate) fn claim(&self, member: &mut Member, max: usize) -> Result<Batch> {
        if !self.renew(member)? {
            self.rejoin(member)?;
            member.was_revoked = true;
        }
        self.expel_the_dead(member)?;
        let mut deliveries = Vec::new();
        for turn in 0..member.topics.len() {
            let reading = &member.topics[(member.turn + turn) % member.topics.len()];
            if deliveries.len() < max {
                self.claim_topic(member.id, reading, max, &mut deliveries)?;
            }
        }
        member.turn = member.turn.wrapping_add(1);
        let revoked = if std::mem::take(&mut member.was_revoked) { member.partitions() } else { Vec::new() };
        Ok(Batch { deliveries, revoked })
    }

    /// Whether a claim would bring something: found by reading alone.
    pub(crate) fn outlook(&self, member: &Member) -> Result<Outlook> {
        let is_member: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM members WHERE id = ?1)")?
            .query_row([member.id], |row| row.get(0))?;
        if !is_member || member.was_revoked {
            return Ok(Outlook::Now);
        }
        for reading in &member.topics {
            let has_new: bool = self
                .connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM messages WHERE topic = ?1
                     AND offset >= (SELECT next FROM cursors WHERE id = ?2))",
                )?
                .query_row((reading.topic, reading.cursor), |row| row.get(0))?;
            if has_new || !self.unfinished(reading.cursor, member.id)?.free.is_empty() {
                return Ok(Outlook::Now);
            }
        }
        // Those that hold messages: others may die, and this member has to show that it lives while it waits.
        let due: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT min(alive_until - (id = ?2) * ?3) FROM members WHERE group_name = ?1
                 AND EXISTS (SELECT 1 FROM deliveries WHERE member = members.id)",
            )?
            .query_row((&member.group, member.id, member.claim_after / 2), |row| row.get(0))?;
        Ok(match due {
            Some(due) if due < micros(SystemTime::now()) => Outlook::Now,
            Some(due) => Outlook::At(due),
            None => Outlook::Never,
        })
    }

    fn claim_topic(
        &self,
        member: i64,
        reading: &Reading,
        max: usize,
        deliveries: &mut Vec<Delivery>,
    ) -> Result<()> {
        let Unfinished { held, waiting, free } = self.unfinished(reading.cursor, member)?;
        let mut blocked = waiting - free.len();
        let mut hand_out = |Logged { offset, published, message }, attempt| {
            let position = position(&reading.name, offset);
            deliveries.push(Delivery { position, published: time(published), attempt, message });
            deliveries.len() < max
        };
        let mut take = self.connection.prepare_cached(
            "UPDATE deliveries SET member = ?3, attempts = attempts + 1 WHERE cursor = ?1 AND offset = ?2",
        )?;
        for (offset, attempts) in free {
            let Some(message) = self.message(offset)? else { continue };
            take.execute((reading.cursor, offset, member))?;
            if !hand_out(message, attempts.saturating_add(1)) {
                return Ok(());
            }
        }

        let next: i64 = self
            .connection
            .prepare_cached("SELECT next FROM cursors WHERE id = ?1")?
            .query_row([reading.cursor], |row| row.get(0))?;
        let mut seen = next;
        let mut select = self.connection.prepare_cached(
            "SELECT offset, published, key, headers, payload FROM messages WHERE topic = ?1 AND offset >= ?2
             ORDER BY offset",
        )?;
        let mut enter = self.connection.prepare_cached(
            "INSERT INTO deliveries (cursor, offset, key, member, attempts) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut rows = select.query((reading.topic, next))?;
        while blocked < LOOK_AHEAD
            && let Some(row) = rows.next()?
        {
            let logged = logged(row)?;
            let key = &logged.message.key;
            let is_held = key.as_ref().is_some_and(|key| held.contains(key));
            let (holder, attempts) = if is_held { (None, 0) } else { (Some(member), 1) };
            enter.execute((reading.cursor, logged.offset, key, holder, attempts))?;
            seen = logged.offset + 1;
            if is_held {
                blocked += 1;
            } else if !hand_out(logged, 1) {
                break;
            }
        }
        if seen > next {
            self.connection
                .prepare_cached("UPDATE cursors SET next = ?2 WHERE id = ?1")?
                .execute((reading.cursor, seen))?;
        }
        Ok(())
    }

    fn unfinished(&self, cursor: i64, member: i64) -> Result<Unfinished> {
        let mut held = HashSet::new();
        let mut waiting = Vec::new();
        let mut select = self.connection.prepare_cached(
            "SELECT offset, key, attempts, member FROM deliveries WHERE cursor = ?1 ORDER BY offset",
        )?;
        let mut rows = select.query([cursor])?;
        while let Some(row) = rows.next()? {
            let key: Option<Vec<u8>> = row.get(1)?;
            match row.get::<_, Option<i64>>(3)? {
                Some(holder) if holder == member => {}
                Some(_) => held.extend(key),
                None => waiting.push((row.get(0)?, row.get(2)?, key)),
            }
        }
        Ok(Unfinished {
            waiting: waiting.len(),
            free: waiting
                .into_iter()
                .filter(|(_, _, key)| key.as_ref().is_none_or(|key| !held.contains(key)))
                .map(|(offset, attempts, _)| (offset, attempts))
                .collect(),
            held,
        })
    }
}
