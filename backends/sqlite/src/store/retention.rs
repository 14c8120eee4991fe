//! Deletes old messages.

use std::time::SystemTime;

use rusqlite::OptionalExtension;

use super::{Result, Store, micros, span};
use crate::{Retention, Unacknowledged};

/// How many messages of a topic one call deletes at most, so that publishers do not wait long.
const TRIM_LIMIT: u32 = 2000;

impl Store {
    /// Deletes messages that are past retention, a part of each topic. Returns whether there is more to
    /// delete.
    pub(crate) fn trim(&self, retention: &Retention) -> Result<bool> {
        let too_old = match retention.max_age {
            Some(age) => self.offset_at(micros(SystemTime::now()).saturating_sub(span(age)))?,
            None => 0,
        };
        let topics: Vec<i64> = self
            .connection
            .prepare_cached("SELECT id FROM topics")?
            .query_map((), |row| row.get(0))?
            .collect::<Result<_>>()?;
        let mut more = false;
        for topic in topics {
            let too_many = match retention.max_messages {
                Some(max) => self.newest(topic, max)?,
                None => 0,
            };
            more |= self.delete_below(topic, too_old.max(too_many), retention.unacknowledged)?;
        }
        Ok(more)
    }

    fn delete_below(&self, topic: i64, offset: i64, unacknowledged: Unacknowledged) -> Result<bool> {
        let below = match unacknowledged {
            Unacknowledged::Keep => self.floor(topic)?.map_or(offset, |floor| floor.min(offset)),
            Unacknowledged::Discard => offset,
        };
        let last: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT max(offset) FROM
                 (SELECT offset FROM messages WHERE topic = ?1 AND offset < ?2 ORDER BY offset LIMIT ?3)",
            )?
            .query_row((topic, below, TRIM_LIMIT), |row| row.get(0))?;
        let Some(last) = last else { return Ok(false) };
        if unacknowledged == Unacknowledged::Discard {
            self.lose_up_to(topic, last)?;
        }
        let deleted = self
            .connection
            .prepare_cached("DELETE FROM messages WHERE topic = ?1 AND offset <= ?2")?
            .execute((topic, last))?;
        Ok(deleted >= TRIM_LIMIT as usize)
    }

    /// The lowest offset that some group has not acknowledged.
    fn floor(&self, topic: i64) -> Result<Option<i64>> {
        self.connection
            .prepare_cached(
                "SELECT min(coalesce((SELECT min(offset) FROM deliveries WHERE cursor = cursors.id), next))
                 FROM cursors WHERE topic = ?1",
            )?
            .query_row([topic], |row| row.get(0))
    }

    /// The first of the last `max` messages of a topic, as an offset; 0 if it has fewer.
    fn newest(&self, topic: i64, max: u64) -> Result<i64> {
        // The first message beyond `max`, counted from the end.
        let skip = i64::try_from(max).unwrap_or(i64::MAX);
        let above: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT offset FROM messages WHERE topic = ?1 ORDER BY offset DESC LIMIT 1 OFFSET ?2",
            )?
            .query_row((topic, skip), |row| row.get(0))
            .optional()?;
        Ok(above.map_or(0, |offset| offset + 1))
    }
}
