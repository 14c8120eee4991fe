//! What went wrong with the file, in words that say what to do.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::ErrorCode;
use signalbook_runtime::backend::{BackendError, ErrorKind};

/// The file and the patience with it, as messages name them.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Arc<Path>,
    pub(crate) busy_timeout: Duration,
}

impl Place {
    /// An error about this file, with what to do about it.
    pub(crate) fn explain(&self, error: Arc<rusqlite::Error>) -> BackendError {
        let path = self.path.display();
        let (kind, message) = match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => (
                ErrorKind::Unavailable,
                format!(
                    "`{path}` has been locked by another process for {:?}: try again, or allow a longer busy timeout",
                    self.busy_timeout
                ),
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
                ErrorKind::Refused,
                format!(
                    "`{path}` cannot be written: give this user write permission on the file and on its folder, where \
                     its `-wal` and `-shm` files lie"
                ),
            ),
            Some(ErrorCode::CannotOpen) => (
                ErrorKind::Refused,
                format!("cannot open `{path}`: check that this user may read and write it and its folder"),
            ),
            Some(ErrorCode::DiskFull) => (
                ErrorKind::Unavailable,
                format!("no space is left on the disk of `{path}`: free some, then try again"),
            ),
            Some(ErrorCode::NotADatabase) => (
                ErrorKind::Invalid,
                format!(
                    "`{path}` is not an SQLite file, or its first page is damaged: name another file, or move this \
                     one away to begin anew"
                ),
            ),
            Some(ErrorCode::SystemIoFailure) => (
                ErrorKind::Unavailable,
                format!("the disk of `{path}` reports a failure: check the disk, then try again"),
            ),
            Some(ErrorCode::TooBig) => {
                (ErrorKind::Refused, format!("a message is too large for `{path}`: SQLite takes up to 1 GB"))
            }
            None if matches!(*error, rusqlite::Error::NulError(_) | rusqlite::Error::InvalidPath(_)) => {
                (ErrorKind::Refused, format!("`{path}` is no path for SQLite: name another file"))
            }
            // A damaged file; or statements that fail on its tables, or values that are not of their column, because
            // somebody else has written to it.
            Some(_) | None => (
                ErrorKind::Invalid,
                format!(
                    "`{path}` is damaged: stop the programs that use it, then save what can be read with \
                     `sqlite3 {path} .recover`"
                ),
            ),
        };
        BackendError::new(kind, message).caused_by(error)
    }
}

/// The bus was closed, or its thread is gone.
pub(crate) fn closed() -> BackendError {
    BackendError::new(
        ErrorKind::Closed,
        "the bus is closed, or another member joined under this one's name: open the file again, and give each member \
         its own name",
    )
}
