//! Tells a member that it lost its messages, from the thread to a future.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// A notice that the thread posts and the member takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notice(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_posted: bool,
    /// Whether the membership has ended.
    has_ended: bool,
    waker: Option<Waker>,
}

impl Notice {
    pub(crate) fn post(&self) {
        self.change(|state| state.is_posted = true);
    }

    pub(crate) fn end(&self) {
        self.change(|state| state.has_ended = true);
    }

    /// Whether it was posted and not taken.
    pub(crate) fn is_posted(&self) -> bool {
        self.lock().is_posted
    }

    /// Takes the notice. Returns `None` if the membership has ended.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<Option<()>> {
        let mut state = self.lock();
        if state.has_ended {
            return Poll::Ready(None);
        }
        if std::mem::take(&mut state.is_posted) {
            return Poll::Ready(Some(()));
        }
        let earlier = state.waker.replace(context.waker().clone());
        // Dropping a waker may drop a task. Do not hold the lock.
        drop(state);
        drop(earlier);
        Poll::Pending
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
