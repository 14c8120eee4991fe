use std::{error::Error, fmt, sync::Arc};

use crate::{PublishError, backend::BoxError};

/// Why a signal was not sent in full.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignalError {
    /// A receiver failed.
    Receiver {
        /// The event type.
        event_type: &'static str,
        /// The receiver's name.
        receiver: Arc<str>,
        /// What it said.
        source: BoxError,
    },
    /// A publisher failed.
    Publish {
        /// The event type.
        event_type: &'static str,
        /// Why.
        source: PublishError,
    },
}

/// What became of an event at one receiver.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// The receiver's name; `publisher` for one of [`Signals::forward_to`](crate::Signals::forward_to).
    pub receiver: Arc<str>,
    /// What it returned, or that it panicked.
    pub result: Result<(), BoxError>,
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receiver { event_type, receiver, source } => {
                write!(f, "the receiver `{receiver}` of `{event_type}` failed: {source}")
            }
            Self::Publish { event_type, source } => write!(f, "`{event_type}` is not published: {source}"),
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
