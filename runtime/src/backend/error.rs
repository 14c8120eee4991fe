use std::{error::Error, fmt};

use crate::backend::{BoxError, Position};

/// Why a call of a backend failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct BackendError {
    /// The kind of failure, which decides whether a retry makes sense.
    pub kind: ErrorKind,
    /// What was attempted and what to do about it, without secrets or payloads.
    pub message: String,
    /// The client's own error.
    pub source: Option<BoxError>,
}

/// The kinds of failure that a caller treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The log cannot be reached, or is busy. A later retry may succeed.
    Unavailable,
    /// The partition was assigned to another member.
    Revoked,
    /// The log rejects this request: the message is too large, the topic does not exist, a permission is
    /// missing.
    Refused,
    /// The log or a given position is invalid: a damaged file, an offset that the backend cannot parse.
    Invalid,
    /// The schema store has another schema for the version of an event.
    SchemaConflict,
    /// The bus or the subscriber was closed.
    Closed,
}

/// Why a batch was not published completely.
#[derive(Debug)]
pub struct BatchError {
    /// For each message of the batch, in order: its position, or `None` if it was not published.
    pub published: Vec<Option<Position>>,
    /// Why the others were not published.
    pub error: BackendError,
}

impl BackendError {
    /// Creates an error without a source.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Sets the client's error as the source.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for BackendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.published.iter().filter(|position| position.is_none()).count();
        write!(f, "{missing} of {} messages were not published: {}", self.published.len(), self.error)
    }
}

impl Error for BatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
