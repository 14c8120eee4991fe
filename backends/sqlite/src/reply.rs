//! A channel for one answer from the thread to a future.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Creates both ends: the thread sends on one, a future waits on the other.
pub(crate) fn question<T>() -> (Reply<T>, Answer<T>) {
    let shared = Arc::new(Mutex::new(Slot::Pending(None)));
    (Reply(Arc::clone(&shared)), Answer(shared))
}

/// The sending end.
#[derive(Debug)]
pub(crate) struct Reply<T>(Arc<Mutex<Slot<T>>>);

/// The receiving end. Its output is `None` if the sending end was dropped without an answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mutex<Slot<T>>>);

#[derive(Debug)]
enum Slot<T> {
    Pending(Option<Waker>),
    Ready(T),
    /// One end was dropped, or the answer was received.
    Gone,
}

impl<T> Reply<T> {
    /// Sends the answer, or returns it if the receiving end was dropped.
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

    /// Whether the receiving end was dropped.
    pub(crate) fn is_abandoned(&self) -> bool {
        matches!(*lock(&self.0), Slot::Gone)
    }
}

impl<T> Answer<T> {
    /// Returns the answer, if it was sent and not received yet.
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
                // Dropping a waker may drop a task. Do not hold the lock.
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
    // This code does not panic while it holds the lock, and a panicking waker leaves the slot consistent.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
