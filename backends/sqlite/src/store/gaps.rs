//! What groups have lost: messages that retention deleted before they were done.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Params};
use signalbook_runtime::{
    Text,
    backend::{Gap, GapReason},
};

use super::{Result, Store, group::parse, log::partition_of};

/// Messages that a group lost on a topic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    /// The first of them.
    pub(super) first: i64,
    /// The last of them.
    pub(super) last: i64,
    pub(super) messages: i64,
}

impl Store {
    /// Records what a group lost, until a member learns of it.
    pub(super) fn lose(&self, cursor: i64, loss: Loss) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO gaps (cursor, first, last, messages) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (cursor) DO UPDATE SET first = min(first, excluded.first),
                 last = max(last, excluded.last), messages = messages + excluded.messages",
            )?
            .execute((cursor, loss.first, loss.last, loss.messages))?;
        Ok(())
    }

    /// Records what the groups of a topic lose if its messages up to `last` are deleted. Messages that a
    /// member holds are lost only if it does not do them.
    pub(super) fn lose_up_to(&self, topic: i64, last: i64) -> Result<()> {
        let cursors: Vec<(i64, i64)> = self
            .connection
            .prepare_cached("SELECT id, next FROM cursors WHERE topic = ?1")?
            .query_map([topic], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_>>()?;
        for (cursor, next) in cursors {
            let waiting = self
                .range("deliveries WHERE cursor = ?1 AND member IS NULL AND offset <= ?2", (cursor, last))?;
            let new =
                self.range("messages WHERE topic = ?1 AND offset BETWEEN ?2 AND ?3", (topic, next, last))?;
            for loss in waiting.into_iter().chain(new) {
                self.lose(cursor, loss)?;
            }
            self.connection
                .prepare_cached(
                    "DELETE FROM deliveries WHERE cursor = ?1 AND member IS NULL AND offset <= ?2",
                )?
                .execute((cursor, last))?;
            self.connection
                .prepare_cached("UPDATE cursors SET next = max(next, ?2) WHERE id = ?1")?
                .execute((cursor, last + 1))?;
        }
        Ok(())
    }

    /// What a group lost on a topic and was not told.
    pub(super) fn gap(&self, cursor: i64, topic: &Arc<str>) -> Result<Option<Gap>> {
        self.connection
            .prepare_cached("SELECT first, last, messages FROM gaps WHERE cursor = ?1")?
            .query_row([cursor], |row| {
                let (first, last): (i64, i64) = (row.get(0)?, row.get(1)?);
                let gap = Gap::new(partition_of(topic), GapReason::Trimmed);
                let gap = gap.between(first.to_string(), last.saturating_add(1).to_string());
                Ok(gap.with_messages(row.get::<_, i64>(2)?.unsigned_abs()))
            })
            .optional()
    }

    pub(super) fn forget_gap(&self, cursor: i64) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM gaps WHERE cursor = ?1")?.execute([cursor])?;
        Ok(())
    }

    /// Records a gap again that a member was not told.
    pub(super) fn put_back_gap(&self, cursor: i64, gap: &Gap) -> Result<()> {
        let offset = |offset: &Option<Text>| offset.as_deref().and_then(|offset| parse(offset).ok());
        let (Some(first), Some(end)) = (offset(&gap.from), offset(&gap.to)) else { return Ok(()) };
        let messages = i64::try_from(gap.messages.unwrap_or(1)).unwrap_or(i64::MAX);
        self.lose(cursor, Loss { first, last: end - 1, messages })
    }

    fn range(&self, rows: &str, parameters: impl Params) -> Result<Option<Loss>> {
        let sql = format!("SELECT min(offset), max(offset), count(*) FROM {rows}");
        let (first, last, messages): (Option<i64>, Option<i64>, i64) = self
            .connection
            .prepare_cached(&sql)?
            .query_row(parameters, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(first.zip(last).map(|(first, last)| Loss { first, last, messages }))
    }
}
