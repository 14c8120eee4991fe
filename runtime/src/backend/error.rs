use std::{error::Error, fmt};

use crate::backend::{BoxError, Partition, Position};

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
    /// The partition or the message belongs to another member by now. More may wait in
    /// [`rebalance`](crate::backend::Subscriber::rebalance).
    Revoked,
    /// This member was replaced: another one joined under its name, or its group was forgotten. It cannot
    /// continue.
    Fenced,
    /// The log rejects this request: the message is too large, the topic does not exist, a permission is
    /// missing, the group has live members.
    Refused,
    /// The log does not have this function.
    Unsupported,
    /// The log or a given position is invalid: a damaged file, an offset that the backend cannot parse.
    Invalid,
    /// The schema store has another schema for the version of an event.
    SchemaConflict,
    /// The bus or the subscriber was closed.
    Closed,
}

/// What became of a message of a batch that was not published completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The message is durable, at this position.
    Published(Position),
    /// The log does not have the message, and never will.
    NotPublished,
    /// The log may have the message, or may still append it: for example, the connection was lost before the
    /// answer. If the message is published again, it may be in the log twice, with the same id.
    Unknown,
}

/// Why a batch was not published completely.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchError {
    /// What became of each message of the batch, in order.
    pub fates: Vec<Fate>,
    /// Why they were not all published.
    pub error: BackendError,
}

impl BackendError {
    /// Creates an error without a source.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The error of a call that this log does not support.
    pub fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("this bus does not support {what}: use another backend"))
    }

    /// The error of [`publish_and_acknowledge`](crate::backend::Subscriber::publish_and_acknowledge) for a
    /// message that the member does not hold.
    pub fn not_held(position: &Position) -> Self {
        let message =
            format!("this member does not hold `{position}`: it is done, or another member holds it");
        Self::new(ErrorKind::Revoked, message)
    }

    /// The error of a member that was replaced.
    pub fn fenced() -> Self {
        Self::new(
            ErrorKind::Fenced,
            "another member joined under the name of this one, or its group was forgotten: give each member \
             its own name, and join again",
        )
    }

    /// The error of [`seek`](crate::backend::Admin::seek) and [`forget`](crate::backend::Admin::forget) while
    /// a group has live members.
    pub fn live_members<'a>(group: &str, members: impl IntoIterator<Item = &'a str>) -> Self {
        let members: Vec<_> = members.into_iter().map(|member| format!("`{member}`")).collect();
        let message = format!(
            "the group `{group}` has live members ({}): stop them first; a member that died counts as live \
             until its `claim_after` ends",
            members.join(", ")
        );
        Self::new(ErrorKind::Refused, message)
    }

    /// The error of [`seek`](crate::backend::Admin::seek) to an offset after the end of a partition.
    pub fn after_the_end(partition: &Partition, offset: &str, end: &str) -> Self {
        let message = format!(
            "`{partition}` ends at offset {end}, so {offset} is after its end: use an offset up to {end}, or \
             move to the latest message"
        );
        Self::new(ErrorKind::Invalid, message)
    }

    /// The error of [`receive`](crate::backend::Subscriber::receive) while a revocation was not taken.
    pub fn revoked() -> Self {
        Self::new(
            ErrorKind::Revoked,
            "partitions of this member were revoked: take the revocation from `rebalance`, and drop their \
             messages",
        )
    }

    /// Sets the client's error as the source.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl BatchError {
    /// The error of a batch with these fates.
    pub fn new(fates: Vec<Fate>, error: BackendError) -> Self {
        Self { fates, error }
    }

    /// The error of a batch of `count` messages that were not published.
    pub fn not_published(count: usize, error: BackendError) -> Self {
        Self::new(vec![Fate::NotPublished; count], error)
    }

    /// The error of a batch of `count` messages whose fates are unknown.
    pub fn unknown(count: usize, error: BackendError) -> Self {
        Self::new(vec![Fate::Unknown; count], error)
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
        let count = |fate| self.fates.iter().filter(|other| **other == fate).count();
        let (all, missing, unknown) = (self.fates.len(), count(Fate::NotPublished), count(Fate::Unknown));
        if missing > 0 || unknown == 0 {
            write!(f, "{missing} of {all} messages were not published")?;
        }
        if unknown > 0 {
            let separator = if missing > 0 { ", and " } else { "" };
            write!(f, "{separator}{unknown} of {all} messages may be published or not")?;
        }
        write!(f, ": {}", self.error)
    }
}

impl Error for BatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
