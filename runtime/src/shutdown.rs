use std::{
    fmt,
    future::{Future, poll_fn},
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

/// Tells consumers to stop, from any thread; clones are handles on the same one.
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
    waiting: Vec<Waker>,
}

impl Shutdown {
    /// One that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the shutdown: ends all that [`wait`](Self::wait), now and later.
    pub fn begin(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Ends when the shutdown begins: what [`Consumer::run`](crate::Consumer::run) takes.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let shutdown = self.clone();
        poll_fn(move |context| {
            let mut state = shutdown.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.begun {
                return Poll::Ready(());
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown").finish_non_exhaustive()
    }
}
