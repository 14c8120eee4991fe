//! Explains errors of the file: what happened and what to do.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::ErrorCode;
use signalbook_runtime::backend::{BackendError, ErrorKind};

/// The file and its busy timeout, for messages.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) path: Arc<Path>,
    pub(crate) busy_timeout: Duration,
}

impl Database {
    /// Explains an error of this file, with what to do about it.
    pub(crate) fn explain(&self, error: Arc<rusqlite::Error>) -> BackendError {
        let path = self.path.display();
        let (kind, message) = match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => (
                ErrorKind::Unavailable,
                format!(
                    "`{path}` has been locked by another process for {:?}: try again, or allow a longer busy \
                     timeout",
                    self.busy_timeout
                ),
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
                ErrorKind::Refused,
                format!(
                    "`{path}` cannot be written: give this user write permission on the file and its \
                     folder, which contains its `-wal` and `-shm` files"
                ),
            ),
            Some(ErrorCode::CannotOpen) => (
                ErrorKind::Refused,
                format!("cannot open `{path}`: check that this user may read and write it and its folder"),
            ),
            Some(ErrorCode::DiskFull) => (
                ErrorKind::Unavailable,
                format!("no space is left on the disk of `{path}`: free some space, then try again"),
            ),
            Some(ErrorCode::NotADatabase) => (
                ErrorKind::Invalid,
                format!(
                    "`{path}` is not an SQLite file, or its first page is damaged: use another file, or move \
                     this one away to start a new one"
                ),
            ),
            Some(ErrorCode::SystemIoFailure) => (
                ErrorKind::Unavailable,
                format!("the disk of `{path}` reports a failure: check the disk, then try again"),
            ),
            Some(ErrorCode::TooBig) => (
                ErrorKind::Refused,
                format!("a message is too large for `{path}`: the limit of SQLite is 1 GB"),
            ),
            None if matches!(*error, rusqlite::Error::NulError(_) | rusqlite::Error::InvalidPath(_)) => {
                (ErrorKind::Refused, format!("`{path}` is not a valid path for SQLite: use another file"))
            }
            Some(ErrorCode::OutOfMemory) => {
                (ErrorKind::Unavailable, format!("no memory is left to use `{path}`: try again"))
            }
            Some(ErrorCode::DatabaseCorrupt) => (
                ErrorKind::Invalid,
                format!(
                    "`{path}` is damaged: stop the programs that use it, then save what can be read with \
                     `sqlite3 {path} .recover`"
                ),
            ),
            // A statement, or the type of a value, does not fit.
            Some(_) | None => (
                ErrorKind::Invalid,
                format!(
                    "`{path}` does not have the tables of a bus: another program has changed it, or it is \
                     damaged; `sqlite3 {path} 'PRAGMA integrity_check'` checks it"
                ),
            ),
        };
        BackendError::new(kind, message).caused_by(error)
    }
}

/// Whether the disk failed, so that it is unknown what it wrote.
pub(crate) fn is_disk_failure(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

/// The bus was closed, or its thread has ended.
pub(crate) fn closed() -> BackendError {
    BackendError::new(ErrorKind::Closed, "the bus is closed: open the file again")
}
