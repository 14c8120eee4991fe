use std::{error::Error, fmt, sync::Arc};

use crate::{PublishError, backend::BoxError};

/// Why sending a signal failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignalError {
    /// A receiver failed.
    Receiver {
        /// The event type.
        event_type: &'static str,
        /// The name of the receiver.
        receiver: Arc<str>,
        /// The error that it returned.
        source: BoxError,
    },
    /// A publisher failed.
    Publish {
        /// The event type.
        event_type: &'static str,
        /// The error of the publisher.
        source: PublishError,
    },
}

/// The result of one receiver.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// The name of the receiver; `publisher` for a publisher of
    /// [`Signals::forward_to`](crate::Signals::forward_to).
    pub receiver: Arc<str>,
    /// Its result, or an error that says that it panicked.
    pub result: Result<(), BoxError>,
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receiver { event_type, receiver, source } => {
                write!(f, "the receiver `{receiver}` of `{event_type}` failed: {source}")
            }
            Self::Publish { event_type, source } => write!(f, "`{event_type}` was not published: {source}"),
        }
    }
}

impl Error for SignalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Receiver { source, .. } => source.source(),
            Self::Publish { source, .. } => source.source(),
        }
    }
}
