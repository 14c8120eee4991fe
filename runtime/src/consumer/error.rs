use std::{error::Error, fmt};

use crate::{
    ReadError,
    backend::{BackendError, BatchError, BoxError, Position},
    envelope::EnvelopeError,
};

/// Why a message could not be processed. Its own text never holds the data; a receiver's error says what it says.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// It holds no event that can be read.
    Envelope(EnvelopeError),
    /// No receiver takes its type, and [`UnknownType::Fail`](crate::UnknownType::Fail) holds.
    UnknownType {
        /// The event type.
        event_type: Box<str>,
    },
    /// It is no event of its type, or of a version that this program cannot read; or, after all attempts, the version could not be
    /// looked up.
    Read(ReadError),
    /// The receiver failed, after all attempts.
    Receiver(BoxError),
    /// The receiver panicked, after all attempts.
    Panic {
        /// What it said.
        message: Box<str>,
    },
}

/// Why a consumer ended before it was told to.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConsumeError {
    /// Neither the events nor the consumer name a topic.
    NoTopic,
    /// Two receivers were given for one event type.
    TwoReceivers {
        /// The event type.
        event_type: &'static str,
    },
    /// The bus failed.
    Bus(BackendError),
    /// A message could not be processed, and [`DeadLetter::Stop`](crate::DeadLetter::Stop) holds. It is not acknowledged.
    Failed {
        /// The message.
        position: Position,
        /// Why.
        failure: Box<Failure>,
    },
    /// So many messages in a row could not be processed that the messages are hardly to blame. The last of them is not
    /// acknowledged.
    TooManyFailures {
        /// How many.
        count: u32,
        /// The last of them.
        position: Position,
        /// Why that one failed.
        failure: Box<Failure>,
    },
    /// A message could not be processed, and not be put into the dead-letter topic either. It is not acknowledged.
    DeadLetter {
        /// The message.
        position: Position,
        /// Why it was to go there.
        failure: Box<Failure>,
        /// Why it could not.
        source: Box<BatchError>,
    },
}

impl Failure {
    /// One word for it, in headers and audit lines.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "envelope",
            Self::UnknownType { .. } => "unknown_type",
            Self::Read(error) => error.reason(),
            Self::Receiver(_) => "receiver",
            Self::Panic { .. } => "panic",
        }
    }

    /// Whether trying again could end otherwise.
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
            Self::UnknownType { event_type } => write!(f, "no receiver takes events `{event_type}`"),
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
            Self::NoTopic => f.write_str("the events name no topic: name one with `topic`"),
            Self::TwoReceivers { event_type } => {
                write!(f, "`{event_type}` has two receivers: let one call both, or use two groups")
            }
            Self::Bus(error) => error.fmt(f),
            Self::Failed { position, failure } => write!(f, "{position} cannot be processed: {failure}"),
            Self::TooManyFailures { count, position, failure } => {
                write!(f, "{count} messages in a row cannot be processed, the last one {position}: {failure}")
            }
            Self::DeadLetter { position, failure, source } => write!(
                f,
                "{position} cannot be processed, nor put into the dead-letter topic ({source}): {failure}"
            ),
        }
    }
}

impl Error for ConsumeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoTopic | Self::TwoReceivers { .. } => None,
            Self::Bus(error) => error.source(),
            Self::Failed { failure, .. } | Self::TooManyFailures { failure, .. } => failure.source(),
            Self::DeadLetter { source, .. } => source.source(),
        }
    }
}
