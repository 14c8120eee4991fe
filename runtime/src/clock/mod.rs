//! Time for the bus, without an executor.

mod manual;
mod system;

use std::time::{Duration, SystemTime};

pub use manual::ManualClock;
pub use system::SystemClock;

use crate::backend::BoxFuture;

/// The time, as far as the bus needs it.
///
/// A backend provides the clock of its executor, or a [`SystemClock`]. Tests use a [`ManualClock`]. Back-off,
/// timeouts and claims depend on this clock alone.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> SystemTime;

    /// Completes after `duration`, counted from this call.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
