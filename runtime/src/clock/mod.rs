//! Time for the bus, without an executor.

mod manual;
mod system;

use std::time::{Duration, SystemTime};

pub use manual::ManualClock;
pub use system::SystemClock;

use crate::backend::BoxFuture;

/// Time, as far as the bus needs it: now, and a sleep.
///
/// A backend brings the clock of its executor, or a [`SystemClock`]; tests turn a [`ManualClock`] by hand. Back-off,
/// time-outs and claims use this and nothing else.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> SystemTime;

    /// Ends after `duration`, counted from this call.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
