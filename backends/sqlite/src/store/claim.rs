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

/// What a member is about to get.
struct Hand {
    member: i64,
    max: usize,
    deliveries: Vec<Delivery>,
}

impl Hand {
    fn space(&self) -> usize {
        self.max - self.deliveries.len()
    }

    fn is_full(&self) -> bool {
        self.space() == 0
    }

    fn add(&mut self, reading: &Reading, Logged { offset, published, message }: Logged, attempt: u32) {
        let position = position(&reading.name, offset);
        self.deliveries.push(Delivery { position, published: time(published), attempt, message });
    }
}

impl Store {
    /// Up to `max` messages for a member.
    pub(crate) fn claim(&self, member: &mut Member, max: usize) -> Result<Batch> {
        if !self.renew(member)? {
            self.rejoin(member)?;
            member.was_revoked = true;
        }
        self.expel_the_dead(member)?;
        let mut hand = Hand { member: member.id, max, deliveries: Vec::new() };
        for turn in 0..member.topics.len() {
            if !hand.is_full() {
                self.fill(&mut hand, &member.topics[(member.turn + turn) % member.topics.len()])?;
            }
        }
        member.turn = member.turn.wrapping_add(1);
        let revoked = if std::mem::take(&mut member.was_revoked) { member.partitions() } else { Vec::new() };
        Ok(Batch { deliveries: hand.deliveries, revoked })
    }

    /// Whether a claim would bring something, or has to show a sign of life: found by reading alone.
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

    /// Claims messages of one topic.
    fn fill(&self, hand: &mut Hand, reading: &Reading) -> Result<()> {
        let Unfinished { held, waiting, free } = self.unfinished(reading.cursor, hand.member)?;
        let blocked = waiting - free.len();
        self.take_free(hand, reading, free)?;
        if hand.is_full() { Ok(()) } else { self.look_further(hand, reading, &held, blocked) }
    }

    /// Claims what the group has looked at before: older, so it comes first.
    fn take_free(&self, hand: &mut Hand, reading: &Reading, free: Vec<(i64, u32)>) -> Result<()> {
        let mut take = self.connection.prepare_cached(
            "UPDATE deliveries SET member = ?3, attempts = attempts + 1 WHERE cursor = ?1 AND offset = ?2",
        )?;
        for (offset, attempts) in free.into_iter().take(hand.space()) {
            if let Some(message) = self.message(offset)? {
                take.execute((reading.cursor, offset, hand.member))?;
                hand.add(reading, message, attempts.saturating_add(1));
            }
        }
        Ok(())
    }

    /// Claims what the group has not looked at; has those wait whose key another member holds.
    fn look_further(
        &self,
        hand: &mut Hand,
        reading: &Reading,
        held: &HashSet<Vec<u8>>,
        mut blocked: usize,
    ) -> Result<()> {
        let first: i64 = self
            .connection
            .prepare_cached("SELECT next FROM cursors WHERE id = ?1")?
            .query_row([reading.cursor], |row| row.get(0))?;
        let mut select = self.connection.prepare_cached(
            "SELECT offset, published, key, headers, payload FROM messages WHERE topic = ?1 AND offset >= ?2
             ORDER BY offset",
        )?;
        let mut enter = self.connection.prepare_cached(
            "INSERT INTO deliveries (cursor, offset, key, member, attempts) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut rows = select.query((reading.topic, first))?;
        let mut next = first;
        while !hand.is_full()
            && blocked < LOOK_AHEAD
            && let Some(row) = rows.next()?
        {
            let logged = logged(row)?;
            next = logged.offset + 1;
            let key = &logged.message.key;
            if key.as_ref().is_some_and(|key| held.contains(key)) {
                enter.execute((reading.cursor, logged.offset, key, None::<i64>, 0))?;
                blocked += 1;
            } else {
                enter.execute((reading.cursor, logged.offset, key, hand.member, 1))?;
                hand.add(reading, logged, 1);
            }
        }
        if next > first {
            self.connection
                .prepare_cached("UPDATE cursors SET next = ?2 WHERE id = ?1")?
                .execute((reading.cursor, next))?;
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
