use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{Clock, backend::BoxFuture};

/// The system time, with sleeps that one thread completes. For backends that have no executor.
///
/// The thread starts with the first sleep and stops one second after the last.
#[derive(Clone, Default)]
pub struct SystemClock(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The sleeping futures by their end. The number distinguishes sleeps with the same end.
    sleepers: BTreeMap<(Instant, u64), Waker>,
    next: u64,
    /// Whether the thread runs. It stops when there are no sleeps.
    runs: bool,
}

impl SystemClock {
    /// Creates a clock whose thread has not started yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // A duration that no instant can hold is replaced by thirty years.
        const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
        let now = Instant::now();
        let end = now.checked_add(duration).unwrap_or_else(|| now + NEVER);
        Box::pin(Sleep { shared: Arc::clone(&self.0), end, number: None })
    }
}

impl fmt::Debug for SystemClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemClock")
    }
}

struct Sleep {
    shared: Arc<Shared>,
    end: Instant,
    /// Its number among the sleepers, set by the first poll.
    number: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.end {
            return Poll::Ready(());
        }
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        let number = *self.number.get_or_insert_with(|| {
            state.next += 1;
            state.next
        });
        let sleeper = (self.end, number);
        if state.sleepers.get(&sleeper).is_some_and(|waker| waker.will_wake(context.waker())) {
            return Poll::Pending;
        }
        let earlier = state.sleepers.insert(sleeper, context.waker().clone());
        let is_next = state.sleepers.first_key_value().is_some_and(|(next, _)| *next == sleeper);
        let runs = std::mem::replace(&mut state.runs, true);
        // Dropping a waker may drop a task, and with it another sleep. Do not hold the lock.
        drop(state);
        drop(earlier);
        if !runs {
            thread::spawn(move || shared.wake_sleepers());
        } else if is_next {
            shared.changed.notify_one();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let waker = self.shared.lock().sleepers.remove(&(self.end, number));
            drop(waker);
        }
    }
}

impl Shared {
    /// The thread: wakes each sleeper at its time, and returns when there has been none for a while.
    fn wake_sleepers(&self) {
        const LINGER: Duration = Duration::from_secs(1);
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let still_asleep = state.sleepers.split_off(&(now, u64::MAX));
            let over = std::mem::replace(&mut state.sleepers, still_asleep);
            if !over.is_empty() {
                drop(state);
                over.into_values().for_each(Waker::wake);
                state = self.lock();
                continue;
            }
            let next = state.sleepers.keys().next().map(|(end, _)| end.saturating_duration_since(now));
            let (guard, timeout) = self
                .changed
                .wait_timeout(state, next.unwrap_or(LINGER))
                .unwrap_or_else(PoisonError::into_inner);
            state = guard;
            if timeout.timed_out() && state.sleepers.is_empty() {
                state.runs = false;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn sleeps_end_in_the_order_of_their_times() {
        let clock = SystemClock::new();
        let begin = Instant::now();
        let long = clock.sleep(Duration::from_millis(60));
        let sleeper = thread::spawn({
            let short = clock.sleep(Duration::from_millis(20));
            move || {
                block_on(short);
                begin.elapsed()
            }
        });
        block_on(long);
        let (short, long) = (sleeper.join().expect("the sleeper does not panic"), begin.elapsed());
        assert!(short >= Duration::from_millis(20) && long >= Duration::from_millis(60));
    }

    #[test]
    fn a_sleep_wakes_the_waker_of_the_last_poll() {
        let clock = SystemClock::new();
        let mut sleep = clock.sleep(Duration::from_millis(20));
        let mut noop = Context::from_waker(Waker::noop());
        for _ in 0..2 {
            assert!(sleep.as_mut().poll(&mut noop).is_pending());
        }
        block_on(sleep);
    }

    #[test]
    fn a_sleep_without_end_does_not_overflow() {
        let mut sleep = SystemClock::new().sleep(Duration::MAX);
        assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
