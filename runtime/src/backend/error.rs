use std::{error::Error, fmt};

use crate::backend::{BoxError, Position};

/// Why a backend could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub struct BackendError {
    /// What kind of failure it is: decides whether trying again makes sense.
    pub kind: ErrorKind,
    /// What was attempted and what to do, for people; no secret, no payload.
    pub message: String,
    /// The client's own error.
    pub source: Option<BoxError>,
}

/// The kinds of failure that a caller treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The log cannot be reached, or is busy: trying again later may do.
    Unavailable,
    /// The partition passed to another member.
    Revoked,
    /// The log refuses this request as it is: too large a message, no such topic, no permission.
    Refused,
    /// The backend, or the position given, is not what it should be: a damaged file, an offset in a foreign notation.
    Invalid,
    /// It was closed.
    Closed,
}

/// Why a batch is not durable as a whole.
#[derive(Debug)]
pub struct BatchError {
    /// For each message of the batch, in order, its position if it is durable all the same.
    pub published: Vec<Option<Position>>,
    /// Why the others are not.
    pub error: BackendError,
}

impl BackendError {
    /// An error with a message and no source.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same with the client's error as its source.
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
        write!(f, "{missing} of {} messages are not published: {}", self.published.len(), self.error)
    }
}

impl Error for BatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
