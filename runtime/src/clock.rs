use std::time::{Duration, SystemTime};

use crate::backend::BoxFuture;

/// Time, as far as the bus needs it: now, and a sleep.
///
/// A backend brings the clock of its executor; tests bring one that they turn by hand. Back-off, time-outs and claims
/// use this and nothing else.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> SystemTime;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
