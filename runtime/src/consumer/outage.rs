use std::{
    mem,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    backend::{BackendError, BoxFuture, ErrorKind},
    consumer::{Retry, config::Config},
    telemetry::Metric,
};

/// How often a call is made again that may succeed later: for about a minute.
const PATIENCE: Retry = Retry::new(10, Duration::from_millis(200), Duration::from_secs(15));

/// The calls of one kind that failed in a row and may succeed later: the bus cannot be reached, or a
/// revocation waits to be taken. Only the first is an outage that counts.
#[derive(Default)]
pub(super) struct Outage {
    failures: u32,
    /// Whether one of them counted.
    is_counted: bool,
    /// Completes when the call may be made again.
    pause: Option<BoxFuture<'static, ()>>,
}

impl Outage {
    /// Returns whether the call may be made.
    pub(super) fn is_over(&self) -> bool {
        self.pause.is_none()
    }

    /// Returns whether a pause has just ended.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        let ended = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(context) == Poll::Ready(()));
        if ended {
            self.pause = None;
        }
        ended
    }

    /// Begins a pause before the call is made again.
    ///
    /// # Errors
    /// The error is permanent, or there were too many attempts.
    pub(super) fn begin(&mut self, consumer: &Config, error: BackendError) -> Result<(), BackendError> {
        let problem = match error.kind {
            ErrorKind::Unavailable => "the bus cannot be reached",
            ErrorKind::Revoked => "the bus refuses a call until a revocation is taken",
            _ => return Err(error),
        };
        self.failures += 1;
        if self.failures >= PATIENCE.attempts {
            return Err(error);
        }
        if error.kind == ErrorKind::Unavailable && !mem::replace(&mut self.is_counted, true) {
            let group = &consumer.group;
            consumer.bus.telemetry().observe(|| Metric::Outages.of(1.0).group(group));
        }
        let pause = PATIENCE.pause(self.failures);
        tracing::warn!(group = &*consumer.group, %error, ?pause, "{problem}");
        self.pause = Some(consumer.bus.backend().clock().sleep(pause));
        Ok(())
    }
}
