//! The file: its connection, its transactions, and the operations within one. Each module is about one table.

mod admin;
mod claim;
mod gaps;
mod group;
mod log;
mod open;
mod retention;
mod schema_store;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use rusqlite::{Connection, ErrorCode};
use signalbook_runtime::backend::Contract;

pub(crate) use {
    claim::NextClaim,
    group::{BackendResult, Member},
};

use crate::error::Database;

/// The result of SQLite; [`Database::explain`] explains its errors to users.
pub(crate) type Result<T> = rusqlite::Result<T>;

/// The open file.
///
/// **Invariant**: all writes happen between [`Store::begin`] and [`Store::commit`].
#[derive(Debug)]
pub(crate) struct Store {
    connection: Connection,
    database: Database,
    topics: HashMap<Arc<str>, i64>,
    /// Contracts that are recorded.
    contracts: HashSet<Contract>,
    durability: Durability,
    version: i64,
}

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Durability {
    /// The death of the process. A loss of power may undo the commit, but no earlier one.
    Process,
    /// A loss of power, too.
    Power,
}

impl Store {
    /// Begins a write transaction. Waits for other processes for up to the busy timeout.
    pub(crate) fn begin(&mut self, durability: Durability) -> Result<()> {
        if self.durability != durability {
            let level = match durability {
                Durability::Process => "NORMAL",
                Durability::Power => "FULL",
            };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.durability = durability;
        }
        self.patiently(|store| store.connection.prepare_cached("BEGIN IMMEDIATE")?.execute(()))?;
        Ok(())
    }

    /// Ends the transaction.
    pub(crate) fn commit(&mut self) -> Result<()> {
        self.connection.prepare_cached("COMMIT")?.execute(())?;
        Ok(())
    }

    /// Rolls back the transaction, if there is one. Some errors of SQLite have already done so.
    pub(crate) fn rollback(&mut self) {
        self.topics.clear();
        self.contracts.clear();
        if !self.connection.is_autocommit() {
            // If this fails the connection is unusable, and the next `begin` reports why.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Whether another connection has committed since the last call.
    pub(crate) fn has_changed(&mut self) -> Result<bool> {
        let version =
            self.connection.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0))?;
        Ok(std::mem::replace(&mut self.version, version) != version)
    }

    /// Retries for up to the busy timeout. SQLite's own waits grow to 100 ms, which is too long for locks
    /// that are held for a millisecond: its busy timeout is short, and this loop does the rest.
    fn patiently<T>(&self, attempt: impl Fn(&Self) -> Result<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            match attempt(self) {
                Err(error) if is_busy(&error) && start.elapsed() < self.database.busy_timeout => {}
                done => return done,
            }
        }
    }

    /// The file, for messages.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Closes the file. The last connection moves the write-ahead log into it.
    pub(crate) fn close(self) -> Result<()> {
        self.connection.close().map_err(|(_, error)| error)
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// A time in the file: microseconds since 1970.
pub(crate) fn micros(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => span(after),
        Err(before) => -span(before.duration()),
    }
}

/// Converts a time of the file.
pub(crate) fn time(micros: i64) -> SystemTime {
    let distance = Duration::from_micros(micros.unsigned_abs());
    let time = if micros < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A duration in the file: microseconds.
pub(crate) fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use signalbook_runtime::backend::{ErrorKind, Message, Outgoing};

    use super::*;
    use crate::Options;

    #[test]
    fn a_full_disk_only_rolls_back_the_transaction() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let mut store =
            Store::open(&folder.path().join("bus.db"), &Options::default()).expect("the file opens");
        let pages = |store: &Store, max: i64| store.connection.pragma_update(None, "max_page_count", max);
        let outgoing = |size| {
            let message = Message { payload: Some(vec![0; size]), ..Message::default() };
            vec![Outgoing::new("t", message)]
        };

        pages(&store, 20).expect("the setting is valid");
        store.begin(Durability::Power).expect("the file is not locked");
        let error = store.append(&outgoing(1_000_000)).expect_err("the disk is full");
        store.rollback();
        let error = store.database().explain(Arc::new(error));
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.contains("no space is left on the disk of"), "{error}");

        pages(&store, 10_000).expect("the setting is valid");
        store.begin(Durability::Power).expect("the file is not locked");
        let positions = store.append(&outgoing(1_000_000)).expect("the message fits").expect("no conflict");
        store.commit().expect("the message fits");
        assert_eq!(&*positions[0].offset, "1");
    }

    #[test]
    fn times_are_read_as_written() {
        for time_of_day in [
            SystemTime::UNIX_EPOCH,
            SystemTime::UNIX_EPOCH + Duration::from_micros(1_763_900_000_123_456),
            SystemTime::UNIX_EPOCH - Duration::from_micros(1),
        ] {
            assert_eq!(time(micros(time_of_day)), time_of_day);
        }
    }
}
