//! One answer on its way from the thread to a future.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// A question's two ends: the thread answers on one, a future waits at the other.
pub(crate) fn question<T>() -> (Reply<T>, Answer<T>) {
    let shared = Arc::new(Mutex::new(Slot::Pending(None)));
    (Reply(Arc::clone(&shared)), Answer(shared))
}

/// The end that answers.
#[derive(Debug)]
pub(crate) struct Reply<T>(Arc<Mutex<Slot<T>>>);

/// The end that waits; its output is none where the other end went away without an answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mutex<Slot<T>>>);

#[derive(Debug)]
enum Slot<T> {
    Pending(Option<Waker>),
    Ready(T),
    /// One end is gone, or the answer was taken.
    Gone,
}

impl<T> Reply<T> {
    /// Answers, or gives the answer back where nobody waits for it any more.
    pub(crate) fn send(self, value: T) -> Result<(), T> {
        let mut slot = lock(&self.0);
        match std::mem::replace(&mut *slot, Slot::Gone) {
            Slot::Pending(waker) => {
                *slot = Slot::Ready(value);
                drop(slot);
                wake(waker);
                Ok(())
            }
            Slot::Ready(_) | Slot::Gone => Err(value),
        }
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        matches!(*lock(&self.0), Slot::Gone)
    }
}

impl<T> Answer<T> {
    /// The answer, if it has come and was not taken.
    pub(crate) fn take(&mut self) -> Option<T> {
        let slot = std::mem::replace(&mut *lock(&self.0), Slot::Gone);
        match slot {
            Slot::Ready(value) => Some(value),
            Slot::Pending(_) | Slot::Gone => None,
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = lock(&self.0);
        match std::mem::replace(&mut *slot, Slot::Gone) {
            Slot::Pending(earlier) => {
                *slot = Slot::Pending(Some(context.waker().clone()));
                // A waker that goes may take a task with it: not under the lock.
                drop(slot);
                drop(earlier);
                Poll::Pending
            }
            Slot::Ready(value) => Poll::Ready(Some(value)),
            Slot::Gone => Poll::Ready(None),
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        if let Slot::Pending(waker) = &mut *slot {
            let waker = waker.take();
            *slot = Slot::Gone;
            drop(slot);
            wake(waker);
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.take();
    }
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    // No code of ours panics while it holds the lock, and a waker that did has left the slot whole.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
