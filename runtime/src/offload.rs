//! Blocking calls on threads of their own.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
    thread,
};

use crate::backend::{BoxError, BoxFuture};

/// What a thread leaves for its future.
enum Slot<T> {
    Running(Option<Waker>),
    Done(Option<T>),
}

/// Runs a call that may block on a thread of its own. If the future is dropped, the thread ends after the
/// call.
///
/// # Errors
/// The thread could not be started, or panicked.
pub(crate) fn offload<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> BoxFuture<'static, Result<T, BoxError>> {
    let slot = Arc::new(Mutex::new(Slot::Running(None)));
    let finish = Finish(Arc::clone(&slot));
    let spawned =
        thread::Builder::new().name("signalbook-look-up".to_owned()).spawn(move || finish.with(call()));
    let started = spawned.map(drop).map_err(BoxError::from);
    Box::pin(async move {
        started?;
        let result = poll_fn(|context| {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *slot {
                Slot::Done(result) => Poll::Ready(result.take()),
                Slot::Running(waker) => {
                    *waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        });
        result.await.ok_or_else(|| "the call panicked".into())
    })
}

/// Ends the wait of the future, also if the call panics.
struct Finish<T>(Arc<Mutex<Slot<T>>>);

impl<T> Finish<T> {
    fn with(&self, result: T) {
        self.set(Some(result));
    }

    fn set(&self, result: Option<T>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Slot::Running(waker) = &mut *slot {
            let waker = waker.take();
            *slot = Slot::Done(result);
            drop(slot);
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

impl<T> Drop for Finish<T> {
    fn drop(&mut self) {
        self.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn a_call_runs_on_another_thread() {
        let here = thread::current().id();
        let there = block_on(offload(|| thread::current().id())).expect("the call succeeds");
        assert_ne!(there, here);
    }

    #[test]
    fn a_panic_is_an_error() {
        let error: Result<(), _> = block_on(offload(|| panic!("a panic of this test")));
        assert_eq!(error.expect_err("the call panics").to_string(), "the call panicked");
    }
}
