use std::{error::Error, fmt, sync::Arc};

use crate::{PublishError, Refusal, backend::BoxError};

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

/// The error of [`Signals::relayed`](crate::Signals::relayed): some receivers of an event from the bus
/// failed.
#[derive(Debug)]
pub struct RelayError {
    responses: Vec<Response>,
}

/// Event types that no receiver was connected for: the error of
/// [`Signals::enable_types`](crate::Signals::enable_types) and of
/// [`Signals::disable_types`](crate::Signals::disable_types).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownEventTypes {
    /// The unknown event types.
    pub unknown: Vec<Box<str>>,
    /// The known ones: [`Signals::event_types`](crate::Signals::event_types).
    pub known: Vec<&'static str>,
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

impl RelayError {
    /// Returns an error if a receiver failed.
    pub(super) fn check(responses: Vec<Response>) -> Result<(), Self> {
        if responses.iter().all(|response| response.result.is_ok()) {
            Ok(())
        } else {
            Err(Self { responses })
        }
    }

    /// Returns the results of all receivers, including those that succeeded.
    pub fn responses(&self) -> &[Response] {
        &self.responses
    }

    /// Returns what happens to the event if receivers returned a [`Refusal`]. They are called again if that
    /// may help one of them: [`Refusal::Retry`] and errors that are no refusal take precedence over
    /// [`Refusal::NotNow`], and that over [`Refusal::Reject`]. The longest pause counts.
    pub fn refusal(&self) -> Option<&Refusal> {
        let failed = self.responses.iter().filter_map(|response| response.result.as_ref().err());
        let refusals = failed.map(|error| Refusal::find(&**error));
        refusals
            .max_by_key(|refusal| match refusal {
                Some(Refusal::Retry { after, .. }) => (2, Some(*after)),
                None => (2, None),
                Some(Refusal::NotNow { after }) => (1, Some(*after)),
                Some(Refusal::Reject(_)) => (0, None),
            })
            .flatten()
    }
}

/// What caused an error, also if its text contains the text of the cause and [`Error::source`] skips it.
pub(crate) fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    if let Some(SignalError::Receiver { source, .. }) = error.downcast_ref() {
        return Some(&**source);
    }
    match error.downcast_ref::<RelayError>() {
        Some(relayed) => relayed.refusal().map(|refusal| refusal as _),
        None => error.source(),
    }
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

impl fmt::Display for RelayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let results = self.responses.iter().map(|response| (&response.receiver, &response.result));
        let failed: Vec<_> =
            results.filter_map(|(receiver, result)| Some((receiver, result.as_ref().err()?))).collect();
        write!(f, "{} of {} receivers failed", failed.len(), self.responses.len())?;
        for (index, (receiver, error)) in failed.into_iter().enumerate() {
            write!(f, "{} `{receiver}`: {error}", if index == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl Error for RelayError {}

impl fmt::Display for UnknownEventTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no receiver was connected for `{}`", self.unknown.join("`, `").escape_debug())?;
        match self.known.as_slice() {
            [] => f.write_str(", nor for any other event type"),
            known => write!(f, "; the known event types are `{}`", known.join("`, `")),
        }
    }
}

impl Error for UnknownEventTypes {}
