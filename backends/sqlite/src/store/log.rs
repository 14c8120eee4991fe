//! The log: topics and messages.

use std::{sync::Arc, time::SystemTime};

use rusqlite::{OptionalExtension, Row, types::Type};
use signalbook_runtime::backend::{Headers, Message, Outgoing, Partition, Position, Start};

use super::{BackendResult, Result, Store, group::parse, micros};

/// A message in the log.
#[derive(Debug)]
pub(crate) struct Logged {
    pub(crate) offset: i64,
    pub(crate) published: i64,
    pub(crate) message: Message,
}

impl Store {
    /// Records the contracts of messages and appends the messages. Returns a position for each.
    pub(crate) fn append(&mut self, batch: &[Outgoing]) -> Result<BackendResult<Vec<Position>>> {
        if let Err(conflict) = self.record_contracts(batch)? {
            return Ok(Err(conflict));
        }
        let published = self.last_published()?.max(micros(SystemTime::now()));
        let mut positions = Vec::with_capacity(batch.len());
        for Outgoing { topic, message, .. } in batch {
            let id = self.topic(topic)?;
            // No headers are stored as null.
            let headers = (!message.headers.is_empty()).then(|| message.headers.as_bytes());
            let offset = self
                .connection
                .prepare_cached(
                    "INSERT INTO messages (topic, published, key, headers, payload)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .insert((id, published, &message.key, headers, &message.payload))?;
            positions.push(position(topic, offset));
        }
        Ok(Ok(positions))
    }

    /// Returns the id of a topic, and creates it if necessary.
    pub(super) fn topic(&mut self, name: &Arc<str>) -> Result<i64> {
        if let Some(id) = self.topics.get(name) {
            return Ok(*id);
        }
        let known = self
            .connection
            .prepare_cached("SELECT id FROM topics WHERE name = ?1")?
            .query_row([&**name], |row| row.get(0))
            .optional()?;
        let id = match known {
            Some(id) => id,
            None => {
                self.connection.prepare_cached("INSERT INTO topics (name) VALUES (?1)")?.insert([&**name])?
            }
        };
        self.topics.insert(Arc::clone(name), id);
        Ok(id)
    }

    /// The message at an offset; `None` if it was deleted by retention.
    pub(super) fn message(&self, offset: i64) -> Result<Option<Logged>> {
        self.connection
            .prepare_cached(
                "SELECT offset, published, key, headers, payload FROM messages WHERE offset = ?1",
            )?
            .query_row([offset], logged)
            .optional()
    }

    /// The first unused offset.
    pub(super) fn end(&self) -> Result<i64> {
        let last: Option<i64> = self
            .connection
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")?
            .query_row((), |row| row.get(0))
            .optional()?;
        Ok(last.map_or(1, |last| last + 1))
    }

    /// The first offset that a group reads which begins at `start`. If that is after the end: the end.
    pub(super) fn offset_of(&self, start: &Start) -> Result<BackendResult<i64>> {
        Ok(match start {
            Start::Earliest => Ok(0),
            Start::Latest => Ok(self.end()?),
            Start::Offset(offset) => {
                let end = self.end()?;
                parse(offset).map(|offset| offset.min(end))
            }
            Start::Time(time) => Ok(self.offset_at(micros(*time))?),
        })
    }

    /// The first offset whose message was published at `time` or later, or the end of the log. Uses a binary
    /// search: times never decrease as offsets increase.
    pub(super) fn offset_at(&self, time: i64) -> Result<i64> {
        let mut published_from = self.connection.prepare_cached(
            "SELECT offset, published FROM messages WHERE offset >= ?1 ORDER BY offset LIMIT 1",
        )?;
        let (mut low, mut high) = (0, self.end()?);
        while low < high {
            let middle = low + (high - low) / 2;
            let found: Option<(i64, i64)> =
                published_from.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            match found {
                Some((offset, published)) if published < time => low = offset + 1,
                Some(_) | None => high = middle,
            }
        }
        Ok(low)
    }

    fn last_published(&self) -> Result<i64> {
        self.connection
            .prepare_cached("SELECT published FROM messages ORDER BY offset DESC LIMIT 1")?
            .query_row((), |row| row.get(0))
            .optional()
            .map(|published| published.unwrap_or(i64::MIN))
    }
}

/// Reads a row of `offset, published, key, headers, payload`.
pub(super) fn logged(row: &Row<'_>) -> Result<Logged> {
    let blob: Option<&[u8]> = row.get_ref(3)?.as_blob_or_null()?;
    let headers = Headers::from_bytes(blob.unwrap_or_default().to_vec()).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(
            3,
            Type::Blob,
            "the headers of a message are damaged".into(),
        )
    })?;
    Ok(Logged {
        offset: row.get(0)?,
        published: row.get(1)?,
        message: Message { key: row.get(2)?, headers, payload: row.get(4)? },
    })
}

/// The only partition of a topic.
pub(super) fn partition_of(topic: &Arc<str>) -> Partition {
    Partition { topic: Arc::clone(topic), number: 0 }
}

/// The position of a message.
pub(super) fn position(topic: &Arc<str>, offset: i64) -> Position {
    Position { partition: partition_of(topic), offset: offset.to_string().into() }
}
