use std::{error::Error, fmt};

use crate::{
    ReadError,
    backend::{BackendError, BatchError, BoxError, Gap, Position},
    envelope::EnvelopeError,
};

/// Why a message could not be processed. Apart from the text of a receiver's error or panic, it never
/// contains data.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The message does not hold a readable event.
    Envelope(EnvelopeError),
    /// There is no receiver for the event type, and [`UnknownType::Fail`](crate::UnknownType::Fail) is
    /// configured.
    UnknownType {
        /// The event type.
        event_type: Box<str>,
    },
    /// The payload is not a valid event, or has a version that this program cannot read; or looking up the
    /// version failed in all attempts.
    Read(ReadError),
    /// The receiver failed in all attempts.
    Receiver(BoxError),
    /// The receiver panicked in all attempts.
    Panic {
        /// The message of the panic.
        message: Box<str>,
    },
}

/// Why a consumer stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConsumeError {
    /// Neither the events nor the consumer name a topic.
    NoTopic,
    /// Two receivers have the same event type.
    TwoReceivers {
        /// The event type.
        event_type: &'static str,
    },
    /// The bus failed.
    Bus(BackendError),
    /// A message could not be processed, and [`DeadLetter::Stop`](crate::DeadLetter::Stop) is configured. The
    /// message is not acknowledged.
    Failed {
        /// The message.
        position: Position,
        /// Why it could not be processed.
        failure: Box<Failure>,
    },
    /// So many messages in a row could not be processed that the fault is probably elsewhere. The last one is
    /// not acknowledged.
    TooManyFailures {
        /// The number of failed messages.
        count: u32,
        /// The last failed message.
        position: Position,
        /// Why the last one failed.
        failure: Box<Failure>,
    },
    /// The log has deleted messages that the group had not done, and [`Loss::Stop`](crate::Loss::Stop) is
    /// configured.
    Lost {
        /// What was lost.
        gap: Gap,
    },
    /// A message could be neither processed nor published to the dead-letter topic. It is not acknowledged.
    DeadLetter {
        /// The message.
        position: Position,
        /// Why it could not be processed.
        failure: Box<Failure>,
        /// Why it could not be published to the dead-letter topic.
        source: Box<BatchError>,
    },
}

impl Failure {
    /// Returns a word for headers and audit lines.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "envelope",
            Self::UnknownType { .. } => "unknown_type",
            Self::Read(error) => error.reason(),
            Self::Receiver(_) => "receiver",
            Self::Panic { .. } => "panic",
        }
    }

    /// Whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Envelope(_) | Self::UnknownType { .. } => false,
            Self::Read(error) => error.problem.is_transient(),
            Self::Receiver(_) | Self::Panic { .. } => true,
        }
    }
}

impl From<BackendError> for ConsumeError {
    fn from(error: BackendError) -> Self {
        Self::Bus(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Envelope(error) => error.fmt(f),
            Self::UnknownType { event_type } => write!(f, "there is no receiver for events `{event_type}`"),
            Self::Read(error) => error.fmt(f),
            Self::Receiver(error) => write!(f, "the receiver failed: {error}"),
            Self::Panic { message } => write!(f, "the receiver panicked: {message}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Envelope(error) => error.source(),
            Self::Read(error) => error.source(),
            Self::Receiver(error) => error.source(),
            Self::UnknownType { .. } | Self::Panic { .. } => None,
        }
    }
}

impl fmt::Display for ConsumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTopic => f.write_str("the events have no topic: set one with `topic`"),
            Self::TwoReceivers { event_type } => {
                write!(f, "`{event_type}` has two receivers: let one call both, or use two groups")
            }
            Self::Bus(error) => error.fmt(f),
            Self::Failed { position, failure } => write!(f, "{position} cannot be processed: {failure}"),
            Self::TooManyFailures { count, position, failure } => {
                write!(f, "{count} messages in a row cannot be processed, the last one {position}: {failure}")
            }
            Self::Lost { gap } => gap.fmt(f),
            Self::DeadLetter { position, failure, source } => write!(
                f,
                "{position} cannot be processed ({failure}), nor published to the dead-letter topic: {source}"
            ),
        }
    }
}

impl Error for ConsumeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoTopic | Self::TwoReceivers { .. } | Self::Lost { .. } => None,
            Self::Bus(error) => error.source(),
            Self::Failed { failure, .. } | Self::TooManyFailures { failure, .. } => failure.source(),
            Self::DeadLetter { source, .. } => source.source(),
        }
    }
}
