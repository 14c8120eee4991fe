use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Stops consumers, from any thread. Clones are handles on the same shutdown.
///
/// ```
/// use signalbook_runtime::{Shutdown, blocking::block_on};
///
/// let shutdown = Shutdown::new();
/// std::thread::spawn({
///     let shutdown = shutdown.clone();
///     move || shutdown.begin()
/// });
/// block_on(shutdown.wait());
/// ```
#[derive(Clone, Default)]
pub struct Shutdown(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    begun: bool,
    /// The wakers of the futures that wait, one for each.
    waiting: BTreeMap<u64, Waker>,
    next: u64,
}

impl Shutdown {
    /// Creates a shutdown that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the shutdown: completes all futures of [`wait`](Self::wait), pending and later ones.
    pub fn begin(&self) {
        let mut state = self.lock();
        state.begun = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_values().for_each(Waker::wake);
    }

    /// Whether the shutdown has begun.
    pub fn has_begun(&self) -> bool {
        self.lock().begun
    }

    /// Completes when the shutdown begins. [`Consumer::run`](crate::Consumer::run) takes this future.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        Wait { shutdown: self.clone(), number: None }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown").finish_non_exhaustive()
    }
}

struct Wait {
    shutdown: Shutdown,
    /// Its number in [`State::waiting`], set by the first poll.
    number: Option<u64>,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let shutdown = self.shutdown.clone();
        let mut state = shutdown.lock();
        if state.begun {
            return Poll::Ready(());
        }
        let number = *self.number.get_or_insert_with(|| {
            state.next += 1;
            state.next
        });
        let earlier = match state.waiting.get_mut(&number) {
            Some(waker) if waker.will_wake(context.waker()) => None,
            Some(waker) => Some(std::mem::replace(waker, context.waker().clone())),
            None => state.waiting.insert(number, context.waker().clone()),
        };
        // Dropping a waker may drop a task, and with it another `Wait`. Do not hold the lock.
        drop(state);
        drop(earlier);
        Poll::Pending
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let waker = self.shutdown.lock().waiting.remove(&number);
            drop(waker);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Weak, task::Wake};

    use super::*;

    struct Task;

    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }

    /// Polls with a new waker. Returns whether the future is ready, and a weak reference to the waker.
    fn poll(future: Pin<&mut impl Future<Output = ()>>) -> (bool, Weak<Task>) {
        let task = Arc::new(Task);
        let alive = Arc::downgrade(&task);
        let waker = Waker::from(task);
        (future.poll(&mut Context::from_waker(&waker)).is_ready(), alive)
    }

    #[test]
    fn a_future_keeps_its_last_waker_only() {
        let shutdown = Shutdown::new();
        let (mut first, mut second) = (Box::pin(shutdown.wait()), Box::pin(shutdown.wait()));
        let wakers: Vec<_> =
            (0..100).flat_map(|_| [poll(first.as_mut()).1, poll(second.as_mut()).1]).collect();
        assert_eq!(wakers.iter().filter(|waker| waker.upgrade().is_some()).count(), 2);
        drop(second);
        assert_eq!(wakers.iter().filter(|waker| waker.upgrade().is_some()).count(), 1);
        shutdown.begin();
        assert!(poll(first.as_mut()).0);
    }
}
