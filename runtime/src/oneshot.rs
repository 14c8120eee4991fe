//! A channel for one value, between any two threads or tasks.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Creates both ends.
pub(crate) fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    let slot =
        Arc::new(Mutex::new(Slot { value: None, is_closed: false, to_receive: None, to_be_closed: None }));
    (Sender(Arc::clone(&slot)), Receiver(slot))
}

/// The sending end.
pub(crate) struct Sender<T>(Arc<Mutex<Slot<T>>>);

/// The receiving end. Its output is `None` if the sending end was dropped without a value.
pub(crate) struct Receiver<T>(Arc<Mutex<Slot<T>>>);

struct Slot<T> {
    value: Option<T>,
    /// Whether one end was dropped.
    is_closed: bool,
    /// Waits for the value.
    to_receive: Option<Waker>,
    /// Waits until the receiving end is dropped.
    to_be_closed: Option<Waker>,
}

impl<T> Sender<T> {
    /// Sends the value. It is dropped if the receiving end was dropped.
    pub(crate) fn send(self, value: T) {
        lock(&self.0).value = Some(value);
    }

    /// Whether the receiving end was dropped.
    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.0).is_closed
    }

    /// Completes when the receiving end is dropped.
    pub(crate) fn poll_closed(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut slot = lock(&self.0);
        if slot.is_closed {
            return Poll::Ready(());
        }
        let earlier = slot.to_be_closed.replace(context.waker().clone());
        // Dropping a waker may drop a task. Do not hold the lock.
        drop(slot);
        drop(earlier);
        Poll::Pending
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = lock(&self.0);
        if slot.value.is_some() || slot.is_closed {
            return Poll::Ready(slot.value.take());
        }
        let earlier = slot.to_receive.replace(context.waker().clone());
        // Dropping a waker may drop a task. Do not hold the lock.
        drop(slot);
        drop(earlier);
        Poll::Pending
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        close(&self.0);
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        close(&self.0);
    }
}

fn close<T>(slot: &Mutex<Slot<T>>) {
    let mut slot = lock(slot);
    slot.is_closed = true;
    let wakers = [slot.to_receive.take(), slot.to_be_closed.take()];
    drop(slot);
    wakers.into_iter().flatten().for_each(Waker::wake);
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
