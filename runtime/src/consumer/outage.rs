use std::{
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    backend::{BackendError, BoxFuture, ErrorKind},
    consumer::{Retry, config::Config},
    telemetry::Metric,
};

/// How often a call is retried while the bus cannot be reached: for about a minute.
const PATIENCE: Retry = Retry::new(10, Duration::from_millis(200), Duration::from_secs(15));

/// The calls of one kind that failed in a row because the bus could not be reached.
#[derive(Default)]
pub(super) struct Outage {
    failures: u32,
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
        self.failures += 1;
        let is_transient = matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Revoked);
        if !is_transient || self.failures >= PATIENCE.attempts {
            return Err(error);
        }
        if self.failures == 1 {
            let group = &consumer.group;
            consumer.bus.telemetry().observe(|| Metric::Outages.of(1.0).group(group));
        }
        let pause = PATIENCE.pause(self.failures);
        tracing::warn!(
            group = &*consumer.group,
            %error,
            ?pause,
            "the bus cannot be reached, or refuses a call for now"
        );
        self.pause = Some(consumer.bus.backend().clock().sleep(pause));
        Ok(())
    }
}
