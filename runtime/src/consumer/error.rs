use std::{error::Error, fmt};

use crate::{
    ReadError,
    backend::{BackendError, BatchError, BoxError, Gap, Position},
    consumer::{Consumed, Refusal},
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
    /// The receiver returned a [`Refusal::Reject`].
    Rejected(BoxError),
    /// The receiver panicked in all attempts.
    Panic {
        /// The message of the panic.
        message: Box<str>,
    },
    /// The message was delivered too often: [`Consumer::max_deliveries`](crate::Consumer::max_deliveries).
    TooManyDeliveries {
        /// The number of deliveries before this one.
        earlier: u32,
    },
}

/// Why a consumer stopped, and what it did before.
#[derive(Debug)]
#[non_exhaustive]
pub struct ConsumeError {
    /// The messages that were done.
    pub consumed: Consumed,
    /// Why the consumer stopped.
    pub problem: Box<ConsumeProblem>,
}

/// Why a consumer stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConsumeProblem {
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
    /// The consumer has ended before, or its executor dropped it: [`Pulled`](crate::Pulled).
    Ended,
    /// The log has deleted messages that the group had not done, and [`Loss::Stop`](crate::Loss::Stop) is
    /// configured.
    Lost {
        /// What was lost.
        gap: Box<Gap>,
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
    /// The failure of a receiver that returned this error.
    pub(super) fn of_receiver(error: BoxError) -> Self {
        match Refusal::find(&*error) {
            Some(Refusal::Reject(_)) => Self::Rejected(error),
            _ => Self::Receiver(error),
        }
    }

    /// Returns a word for headers and audit lines.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "envelope",
            Self::UnknownType { .. } => "unknown_type",
            Self::Read(error) => error.reason(),
            Self::Receiver(_) => "receiver",
            Self::Rejected(_) => "rejected",
            Self::Panic { .. } => "panic",
            Self::TooManyDeliveries { .. } => "max_deliveries",
        }
    }

    /// Whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Envelope(_)
            | Self::UnknownType { .. }
            | Self::Rejected(_)
            | Self::TooManyDeliveries { .. } => false,
            Self::Read(error) => error.problem.is_transient(),
            Self::Receiver(_) | Self::Panic { .. } => true,
        }
    }
}

impl ConsumeError {
    pub(super) fn new(consumed: Consumed, problem: impl Into<ConsumeProblem>) -> Self {
        Self { consumed, problem: Box::new(problem.into()) }
    }
}

/// The error of a consumer that has done nothing yet.
impl<P: Into<ConsumeProblem>> From<P> for ConsumeError {
    fn from(problem: P) -> Self {
        Self::new(Consumed::default(), problem)
    }
}

impl From<BackendError> for ConsumeProblem {
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
            Self::Rejected(error) => write!(f, "the receiver rejected the event: {error}"),
            Self::Panic { message } => write!(f, "the receiver panicked: {message}"),
            Self::TooManyDeliveries { earlier } => {
                write!(f, "the message was delivered {earlier} times before, and was not done")
            }
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Envelope(error) => error.source(),
            Self::Read(error) => error.source(),
            Self::Receiver(error) | Self::Rejected(error) => error.source(),
            Self::UnknownType { .. } | Self::Panic { .. } | Self::TooManyDeliveries { .. } => None,
        }
    }
}

impl fmt::Display for ConsumeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTopic => f.write_str("the events have no topic: set one with `topic`"),
            Self::TwoReceivers { event_type } => {
                write!(f, "`{event_type}` has two receivers: let one call both, or use two groups")
            }
            Self::Bus(error) => error.fmt(f),
            Self::Ended => {
                f.write_str("the consumer has ended: its unacknowledged events are delivered again")
            }
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

impl Error for ConsumeProblem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoTopic | Self::TwoReceivers { .. } | Self::Ended | Self::Lost { .. } => None,
            Self::Bus(error) => error.source(),
            Self::Failed { failure, .. } | Self::TooManyFailures { failure, .. } => failure.source(),
            Self::DeadLetter { source, .. } => source.source(),
        }
    }
}

impl fmt::Display for ConsumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl Error for ConsumeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.problem.source()
    }
}
