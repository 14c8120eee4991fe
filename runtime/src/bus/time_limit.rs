use std::{
    task::{Context, Poll},
    time::Duration,
};

use crate::backend::{Backend, BackendError, BoxFuture, ErrorKind};

/// Bounds the time of a call of a backend. It costs nothing unless the call is pending.
pub(crate) struct TimeLimit {
    limit: Duration,
    /// Completes when the time is over. `None` if the call was not pending yet.
    sleep: Option<BoxFuture<'static, ()>>,
}

impl TimeLimit {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, sleep: None }
    }

    /// Completes when the time is over, counted from the first poll. It uses the clock of the backend.
    pub(crate) fn poll(&mut self, backend: &dyn Backend, context: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| backend.clock().sleep(self.limit));
        sleep.as_mut().poll(context)
    }

    /// The error of a call that took too long.
    pub(crate) fn error(&self, what: &str) -> BackendError {
        let message = format!(
            "the bus did not {what} within {:?}: check that it can be reached, or allow a longer timeout",
            self.limit
        );
        BackendError::new(ErrorKind::Unavailable, message)
    }
}
