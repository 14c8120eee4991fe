use std::{error::Error, fmt};

use crate::{
    PublishError, Sealed,
    backend::{ErrorKind, Fate},
};

/// Why a sealed event was not sent, with what was not published of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct SendError {
    /// Why.
    pub error: PublishError,
    /// The messages that are not published, or whose fate is unknown.
    unsent: Box<Sealed>,
}

impl SendError {
    /// The error of sending the event `unsent`.
    pub(super) fn new(error: PublishError, mut unsent: Sealed) -> Self {
        if let PublishError::Bus(error) = &error {
            let mut fates = error.fates.iter();
            unsent.messages.retain(|_| !matches!(fates.next(), Some(Fate::Published(_))));
        }
        Self { error, unsent: Box::new(unsent) }
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Whether sending [`unsent`](Self::unsent) later may succeed: [`PublishError::is_transient`].
    pub fn is_transient(&self) -> bool {
        self.error.is_transient()
    }

    /// The event, with the messages that are not published or whose fate is unknown.
    pub fn unsent(&self) -> &Sealed {
        &self.unsent
    }

    /// The event, with the messages that are not published or whose fate is unknown.
    pub fn into_unsent(self) -> Sealed {
        *self.unsent
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl From<SendError> for PublishError {
    fn from(error: SendError) -> Self {
        error.error
    }
}
