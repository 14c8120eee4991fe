//! Wakers that tell a consumer which of its receivers was woken, so that it polls no other one.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

/// Creates wakers, and uses them again.
#[derive(Default)]
pub(super) struct WorkWakers {
    task: Arc<Task>,
    unused: Vec<WorkWaker>,
}

/// A waker that remembers whether it was woken.
pub(super) struct WorkWaker {
    state: Arc<State>,
    /// The waker of `state`.
    waker: Waker,
}

struct State {
    is_woken: AtomicBool,
    task: Arc<Task>,
}

/// The waker of the task that polls the consumer.
#[derive(Default)]
struct Task(Mutex<Option<Waker>>);

impl WorkWakers {
    /// From now on, all wakers wake the task of `context`.
    pub(super) fn set_task(&self, context: &Context<'_>) {
        let mut task = self.task.0.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(|task| !task.will_wake(context.waker())) {
            let earlier = task.replace(context.waker().clone());
            // Dropping a waker may drop a task, and with it another consumer. Do not hold the lock.
            drop(task);
            drop(earlier);
        }
    }

    /// Returns a waker that counts as woken, so that what it is for is polled once.
    pub(super) fn take(&mut self) -> WorkWaker {
        let waker = self.unused.pop().unwrap_or_else(|| {
            let state = Arc::new(State { is_woken: AtomicBool::new(true), task: Arc::clone(&self.task) });
            WorkWaker { waker: Waker::from(Arc::clone(&state)), state }
        });
        waker.state.is_woken.store(true, Ordering::Relaxed);
        waker
    }

    /// Takes back a waker that is no longer used.
    pub(super) fn give_back(&mut self, waker: WorkWaker) {
        self.unused.push(waker);
    }
}

impl WorkWaker {
    /// Whether it was woken since the last call.
    pub(super) fn take_woken(&self) -> bool {
        self.state.is_woken.load(Ordering::Relaxed) && self.state.is_woken.swap(false, Ordering::Acquire)
    }

    pub(super) fn waker(&self) -> &Waker {
        &self.waker
    }
}

impl Wake for State {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_woken.swap(true, Ordering::Release) {
            let task = self.task.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(task) = task {
                task.wake();
            }
        }
    }
}
