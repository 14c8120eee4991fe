//! Opens a file as a [`Store`]: checks it, or creates its tables.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use signalbook_runtime::backend::{BackendError, ErrorKind};

use super::{Durability, Result, Store};
use crate::{Options, error::Database};

/// `PRAGMA application_id` of a bus: "SIGB".
const APPLICATION: i32 = i32::from_be_bytes(*b"SIGB");
/// `PRAGMA user_version`: the version of the tables. Version 1 has no `schemas`, no `gaps`, no
/// `members.claim_after` and no null payloads.
const VERSION: i32 = 2;

/// Optional indexes. A program that does not know them keeps them up to date nevertheless. With its column
/// `member`, `deliveries_waiting_by_key` counts messages without the table.
pub(super) const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (cursor, offset) WHERE member IS NULL;
    CREATE INDEX IF NOT EXISTS deliveries_waiting_by_key ON deliveries (cursor, key, offset, member)
        WHERE member IS NULL;
    CREATE INDEX IF NOT EXISTS deliveries_by_key ON deliveries (cursor, key) WHERE member IS NOT NULL;
";

/// The tables that version 1 does not have. Retention does not delete schemas.
const TABLES: &str = "
    -- The schemas of events, recorded by the programs that publish them.
    CREATE TABLE schemas (
        scope TEXT NOT NULL,                 -- the prefix of the bus
        name  TEXT NOT NULL,                 -- event type and minor version
        value BLOB NOT NULL,
        PRIMARY KEY (scope, name)
    ) STRICT, WITHOUT ROWID;

    -- The messages that retention deleted before a group had done them. The row is deleted when a member of
    -- the group learns of it.
    CREATE TABLE gaps (
        cursor   INTEGER PRIMARY KEY,        -- cursors.id
        first    INTEGER NOT NULL,           -- the first lost offset
        last     INTEGER NOT NULL,           -- the last lost offset
        messages INTEGER NOT NULL            -- how many messages were lost
    ) STRICT;
";

/// SQLite's own busy timeout. [`Store::begin`] retries for the longer one of the options.
const BUSY_STEP: Duration = Duration::from_millis(10);

impl Store {
    /// Opens a file, and creates its tables if it is new.
    pub(crate) fn open(path: &Path, options: &Options) -> std::result::Result<Self, BackendError> {
        let database = Database { path: Arc::from(path), busy_timeout: options.busy_timeout };
        check_path(path)?;
        let explain = |error| database.explain(Arc::new(error));
        let connection = connect(path, options.busy_timeout).map_err(explain)?;
        let mut store = Self {
            connection,
            database: database.clone(),
            topics: HashMap::new(),
            contracts: HashSet::new(),
            durability: Durability::Power,
            version: 0,
        };
        match store.identity_now().map_err(explain)? {
            Identity::Ours(_) | Identity::Empty => {}
            Identity::Newer(version) => {
                return Err(BackendError::new(
                    ErrorKind::Invalid,
                    format!(
                        "`{}` has format {version}, and this program supports up to {VERSION}: update it, or \
                         use another file",
                        path.display()
                    ),
                ));
            }
            Identity::Foreign => {
                return Err(BackendError::new(
                    ErrorKind::Invalid,
                    format!("`{}` is an SQLite file of another program: use another file", path.display()),
                ));
            }
        }
        store.prepare().map_err(explain)?;
        Ok(store)
    }

    /// The identity, read in one transaction: another process may be creating the tables.
    fn identity_now(&self) -> Result<Identity> {
        let _reading = self.connection.unchecked_transaction()?;
        self.identity()
    }

    fn identity(&self) -> Result<Identity> {
        let application: i32 = self.pragma("application_id")?;
        let version: i32 = self.pragma("user_version")?;
        let tables: i64 =
            self.connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        Ok(match (application, version) {
            (APPLICATION, 1..=VERSION) => Identity::Ours(version),
            (APPLICATION, version) => Identity::Newer(version),
            (0, 0) if tables == 0 => Identity::Empty,
            (_, _) => Identity::Foreign,
        })
    }

    /// The first transaction: creates the tables of a new file, or upgrades those of an older version; checks
    /// that the file is writable, and deletes members that died long ago.
    fn prepare(&mut self) -> Result<()> {
        self.connection.busy_timeout(BUSY_STEP.min(self.database.busy_timeout))?;
        self.patiently(|store| store.connection.pragma_update(None, "journal_mode", "WAL"))?;
        self.begin(Durability::Power)?;
        // Another process may have created or upgraded them already.
        match self.identity()? {
            Identity::Empty => {
                self.connection.execute_batch(include_str!("schema.sql"))?;
                self.connection.execute_batch(TABLES)?;
                self.connection.pragma_update(None, "user_version", VERSION)?;
                self.connection.pragma_update(None, "application_id", APPLICATION)?;
            }
            Identity::Ours(1) => self.upgrade()?,
            Identity::Ours(_) | Identity::Newer(_) | Identity::Foreign => {}
        }
        self.connection.execute_batch(INDEXES)?;
        self.delete_old_members()?;
        self.commit()?;
        self.has_changed()?;
        Ok(())
    }

    /// Upgrades version 1 without a rewrite of the messages: a column that may be null has the same form on
    /// disk. This is the procedure of SQLite for such changes ("ALTER TABLE", section 7).
    fn upgrade(&self) -> Result<()> {
        let schema_version: i64 = self.pragma("schema_version")?;
        self.connection.pragma_update(None, "writable_schema", true)?;
        let statement = "UPDATE sqlite_schema SET sql = replace(sql, 'BLOB NOT NULL', 'BLOB')
             WHERE type = 'table' AND name = 'messages'";
        self.connection.execute(statement, ())?;
        self.connection.pragma_update(None, "schema_version", schema_version + 1)?;
        self.connection.pragma_update(None, "writable_schema", false)?;
        self.connection.execute_batch("ALTER TABLE members ADD COLUMN claim_after INTEGER")?;
        self.connection.execute_batch(TABLES)?;
        self.connection.pragma_update(None, "user_version", VERSION)
    }

    fn pragma<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<T> {
        self.connection.pragma_query_value(None, name, |row| row.get(0))
    }
}

/// What kind of file it is.
enum Identity {
    /// A bus of this version.
    Ours(i32),
    Empty,
    Newer(i32),
    Foreign,
}

/// Checks for errors that SQLite reports less clearly.
fn check_path(path: &Path) -> std::result::Result<(), BackendError> {
    let refuse = |message| Err(BackendError::new(ErrorKind::Refused, message));
    if path.is_dir() {
        return refuse(format!("`{}` is a folder: use a file in it", path.display()));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => refuse(format!(
            "the folder `{}` does not exist: create it, or use another file",
            folder.display()
        )),
        Some(_) | None => Ok(()),
    }
}

fn connect(path: &Path, busy_timeout: Duration) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(64);
    // There are no foreign keys: each statement that deletes a row also deletes the rows that depend on it.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // If the system (macOS) supports it, a flush that reaches the disk and not only its cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(connection)
}
