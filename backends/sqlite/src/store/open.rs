//! Opens a file as a [`Store`]: checks it, or creates its tables.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, OpenFlags};
use signalbook_runtime::backend::{BackendError, ErrorKind};

use super::{Durability, Result, Store};
use crate::{Options, error::Database};

/// `PRAGMA application_id` of a bus: "SIGB".
const APPLICATION: i32 = i32::from_be_bytes(*b"SIGB");
/// `PRAGMA user_version`: the version of the tables.
const VERSION: i32 = 1;

/// Optional indexes. A program that does not know them keeps them up to date nevertheless.
pub(super) const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (cursor, offset) WHERE member IS NULL;
    CREATE INDEX IF NOT EXISTS deliveries_by_key ON deliveries (cursor, key) WHERE member IS NOT NULL;
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
            durability: Durability::Power,
            version: 0,
        };
        match store.identity_now().map_err(explain)? {
            Identity::Ours | Identity::Empty => {}
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
            (APPLICATION, 1..=VERSION) => Identity::Ours,
            (APPLICATION, version) => Identity::Newer(version),
            (0, 0) if tables == 0 => Identity::Empty,
            (_, _) => Identity::Foreign,
        })
    }

    /// The first transaction: creates the tables of a new file, checks that the file is writable, and deletes
    /// members that died long ago.
    fn prepare(&mut self) -> Result<()> {
        self.connection.busy_timeout(BUSY_STEP.min(self.database.busy_timeout))?;
        self.patiently(|store| store.connection.pragma_update(None, "journal_mode", "WAL"))?;
        self.begin(Durability::Power)?;
        // Another process may have created them already.
        if let Identity::Empty = self.identity()? {
            self.connection.execute_batch(include_str!("schema.sql"))?;
            self.connection.pragma_update(None, "user_version", VERSION)?;
            self.connection.pragma_update(None, "application_id", APPLICATION)?;
        }
        self.connection.execute_batch(INDEXES)?;
        self.delete_old_members()?;
        self.commit()?;
        self.has_changed()?;
        Ok(())
    }

    fn pragma<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<T> {
        self.connection.pragma_query_value(None, name, |row| row.get(0))
    }
}

/// What kind of file it is.
enum Identity {
    Ours,
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
