use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use crate::{Clock, backend::BoxFuture};

/// A clock that only moves when a test advances it.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use signalbook_runtime::{Clock, ManualClock};
///
/// let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
/// let sleep = clock.sleep(Duration::from_secs(60));
/// clock.advance(Duration::from_secs(60));
/// signalbook_runtime::blocking::block_on(sleep);
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<State>>);

struct State {
    now: SystemTime,
    /// The sleeping futures by their end. The number distinguishes sleeps with the same end.
    sleepers: BTreeMap<(SystemTime, u64), Option<Waker>>,
    next: u64,
}

impl ManualClock {
    /// Creates a clock that shows `now`.
    pub fn new(now: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(State { now, sleepers: BTreeMap::new(), next: 0 })))
    }

    /// Advances the clock and completes the sleeps that are over by then.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.lock();
        state.now += duration;
        let now = state.now;
        let still_asleep = state.sleepers.split_off(&(now, u64::MAX));
        let over = std::mem::replace(&mut state.sleepers, still_asleep);
        drop(state);
        over.into_values().flatten().for_each(Waker::wake);
    }

    /// Returns the end of the sleep that ends first, or `None` if there are no sleeps.
    pub fn next_wake(&self) -> Option<SystemTime> {
        self.lock().sleepers.keys().next().map(|(end, _)| *end)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.lock().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.lock();
        let key = (state.now + duration, state.next);
        state.next += 1;
        state.sleepers.insert(key, None);
        Box::pin(Sleep { clock: self.clone(), key })
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.now()).finish_non_exhaustive()
    }
}

struct Sleep {
    clock: ManualClock,
    key: (SystemTime, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.lock();
        if state.now >= self.key.0 {
            return Poll::Ready(());
        }
        let earlier = state.sleepers.insert(self.key, Some(context.waker().clone()));
        // Dropping a waker may drop a task, and with it another sleep. Do not hold the lock.
        drop(state);
        drop(earlier);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self.clock.lock().sleepers.remove(&self.key);
        drop(waker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_over(sleep: &mut BoxFuture<'static, ()>) -> bool {
        sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_sleep_ends_at_its_time_and_not_before() {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let (mut short, mut long) =
            (clock.sleep(Duration::from_secs(1)), clock.sleep(Duration::from_secs(2)));
        assert_eq!(clock.next_wake(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)));
        clock.advance(Duration::from_millis(999));
        assert!(!is_over(&mut short));
        clock.advance(Duration::from_millis(1));
        assert!(is_over(&mut short) && !is_over(&mut long));
        drop(short);
        assert_eq!(clock.next_wake(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(2)));
        drop(long);
        assert_eq!(clock.next_wake(), None);
    }
}
