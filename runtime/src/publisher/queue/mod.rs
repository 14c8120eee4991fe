//! The queue in front of a backend: bounds how many messages are accepted and not yet durable.
//!
//! A call that finds room passes its messages to the backend at once. Otherwise the messages wait here, in
//! the order of the calls. Whoever makes room passes them on, so a future that waits need not be polled.
//!
//! The future of a call makes room when the backend answers. A future that is dropped, held without being
//! polled, or completed because the backend did not answer in time, cannot tell when its messages are
//! durable. Therefore the queue also flushes the backend when it is more than half full: when a flush
//! completes, all messages that were accepted before it no longer count. While the log is away or hangs, a
//! flush is repeated, and nothing makes room, so that the backend never has more messages than the queue.

mod append_future;

use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Wake, Waker},
    time::Duration,
};

pub(crate) use append_future::Appending;
use append_future::{Accepted, Ticket};

use crate::{
    backend::{Backend, BoxFuture, ErrorKind, Outgoing},
    bus::Bounded,
};

/// Passes messages to a backend while there is room.
pub(crate) struct Queue {
    backend: Bounded,
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number of messages that were accepted before the last flush began and may not be durable.
    older: usize,
    /// The number of those that were accepted since.
    newer: usize,
    /// The number of flushes that have begun.
    flushes: u64,
    flush: Flush,
    /// Whether the flush may have completed since it was last polled.
    is_woken: bool,
    waiting: VecDeque<Waiting>,
    /// Whether a thread passes waiting messages on.
    is_passing: bool,
}

/// Messages that wait for room.
struct Waiting {
    messages: Vec<Outgoing>,
    ticket: Arc<Ticket>,
}

#[derive(Default)]
enum Flush {
    #[default]
    None,
    Pending(BoxFuture<'static, ()>),
    /// A thread polls it.
    Polled,
}

impl Queue {
    /// The default capacity, in messages.
    pub(crate) const CAPACITY: usize = 10_000;
    /// How long a call of the backend may take by default.
    pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
    /// The pause before a flush is repeated.
    const PAUSE: Duration = Duration::from_millis(100);

    pub(crate) fn new(backend: Arc<dyn Backend>) -> Arc<Self> {
        let backend = Bounded::new(backend, Self::TIMEOUT);
        Self { backend, capacity: Self::CAPACITY, state: Mutex::default() }.into()
    }

    /// Returns an empty queue with another capacity.
    pub(crate) fn with_capacity(&self, capacity: usize) -> Arc<Self> {
        Self { backend: self.backend.clone(), capacity, state: Mutex::default() }.into()
    }

    /// Returns an empty queue with another timeout.
    pub(crate) fn with_timeout(&self, timeout: Duration) -> Arc<Self> {
        let backend = Bounded::new(Arc::clone(self.backend()), timeout);
        Self { backend, capacity: self.capacity, state: Mutex::default() }.into()
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        self.backend.backend()
    }

    /// Returns the backend with calls that end within the timeout.
    pub(crate) fn bounded(&self) -> &Bounded {
        &self.backend
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.backend.timeout()
    }

    /// Accepts messages, or lets them wait for room.
    pub(crate) fn append(self: &Arc<Self>, messages: Vec<Outgoing>) -> Appending {
        let count = messages.len();
        let mut state = self.lock_for(count);
        if let Some(flushes) = state.enter(count, self.capacity) {
            drop(state);
            return Appending::accepted(self, count, self.pass(messages, flushes));
        }
        let ticket = Arc::<Ticket>::default();
        state.waiting.push_back(Waiting { messages, ticket: Arc::clone(&ticket) });
        Appending::waiting(self, count, ticket)
    }

    /// Accepts messages. Returns `None` if there is no room, or other messages wait for room.
    pub(crate) fn try_append(self: &Arc<Self>, messages: Vec<Outgoing>) -> Option<Appending> {
        let count = messages.len();
        let flushes = self.lock_for(count).enter(count, self.capacity)?;
        Some(Appending::accepted(self, count, self.pass(messages, flushes)))
    }

    /// Locks the state. Before, it flushes if the queue is more than half full.
    fn lock_for(self: &Arc<Self>, count: usize) -> MutexGuard<'_, State> {
        let state = self.lock();
        if state.accepted() == 0 || state.accepted().saturating_add(count) <= self.capacity / 2 {
            return state;
        }
        drop(state);
        self.flush();
        self.lock()
    }

    fn pass(&self, messages: Vec<Outgoing>, flushes: u64) -> Accepted {
        let answer = (!messages.is_empty()).then(|| self.backend().publish(messages));
        Accepted { answer, flushes }
    }

    /// Makes room: `count` messages, accepted after this number of flushes, are durable or have failed.
    fn leave(&self, count: usize, flushes: u64) {
        let mut state = self.lock();
        state.leave(count, flushes);
        self.pass_waiting(state);
    }

    /// Passes waiting messages to the backend while there is room.
    fn pass_waiting<'a>(&'a self, mut state: MutexGuard<'a, State>) {
        if state.is_passing {
            // The other thread sees the new room.
            return;
        }
        while let Some((Waiting { messages, ticket }, flushes)) = state.next_waiting(self.capacity) {
            // While this is set, other calls wait, so that the order stays.
            state.is_passing = true;
            drop(state);
            ticket.accept(self.pass(messages, flushes));
            state = self.lock();
        }
        state.is_passing = false;
        if matches!(state.flush, Flush::None) {
            // One of those that still wait begins the next flush.
            Self::wake_waiting(state);
        }
    }

    /// Wakes the futures that wait for room: all of them, because some may be held without being polled.
    fn wake_waiting(state: MutexGuard<'_, State>) {
        let wakers: Vec<_> = state.waiting.iter().filter_map(|waiting| waiting.ticket.take_waker()).collect();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Removes messages that wait. Returns `false` if they are accepted.
    fn cancel(&self, ticket: &Arc<Ticket>) -> bool {
        let mut state = self.lock();
        let index = state.waiting.iter().position(|waiting| Arc::ptr_eq(&waiting.ticket, ticket));
        let waiting = index.and_then(|index| state.waiting.remove(index));
        // Those behind it may need less room.
        self.pass_waiting(state);
        waiting.is_some()
    }

    /// Begins a flush of the backend, or polls the one that has begun if it was woken. Returns whether it
    /// made room.
    fn flush(self: &Arc<Self>) -> bool {
        let mut state = self.lock();
        if matches!(state.flush, Flush::Pending(_)) && !state.is_woken {
            return false;
        }
        let mut flush = match mem::replace(&mut state.flush, Flush::Polled) {
            Flush::Polled => return false,
            Flush::Pending(flush) => flush,
            Flush::None => {
                state.begin_flush();
                drop(state);
                let flush = self.begin_flush();
                state = self.lock();
                flush
            }
        };
        let waker = Waker::from(Arc::clone(self));
        loop {
            state.is_woken = false;
            drop(state);
            let polled = flush.as_mut().poll(&mut Context::from_waker(&waker));
            state = self.lock();
            if polled.is_ready() {
                let has_made_room = mem::take(&mut state.older) > 0;
                state.flush = Flush::None;
                self.pass_waiting(state);
                return has_made_room;
            }
            if !state.is_woken {
                state.flush = Flush::Pending(flush);
                return false;
            }
        }
    }

    /// Waits until the messages that were accepted are durable or have failed. Repeats the call while the log
    /// is away. After another error, nothing more can be learnt about them.
    fn begin_flush(&self) -> BoxFuture<'static, ()> {
        const WHAT: &str = "write all messages";
        let bounded = self.backend.clone();
        let mut flush = bounded.call(WHAT, bounded.backend().flush());
        Box::pin(async move {
            while flush.await.is_err_and(|error| error.kind == ErrorKind::Unavailable) {
                bounded.backend().clock().sleep(Self::PAUSE).await;
                flush = bounded.call(WHAT, bounded.backend().flush());
            }
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // This code does not panic while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn accepted(&self) -> usize {
        self.older + self.newer
    }

    fn has_room(&self, count: usize, capacity: usize) -> bool {
        let accepted = self.accepted();
        // A batch that is larger than the queue needs the whole queue.
        count == 0 || accepted == 0 || accepted.saturating_add(count) <= capacity
    }

    /// Counts messages in, unless there is no room or others wait. Returns the number of flushes before.
    fn enter(&mut self, count: usize, capacity: usize) -> Option<u64> {
        let is_accepted = self.waiting.is_empty() && !self.is_passing && self.has_room(count, capacity);
        is_accepted.then(|| self.count_in(count))
    }

    /// Takes and counts in the messages that have waited longest, if there is room for them.
    fn next_waiting(&mut self, capacity: usize) -> Option<(Waiting, u64)> {
        let count = self.waiting.front()?.messages.len();
        if !self.has_room(count, capacity) {
            return None;
        }
        let waiting = self.waiting.pop_front()?;
        Some((waiting, self.count_in(count)))
    }

    fn count_in(&mut self, count: usize) -> u64 {
        self.newer += count;
        self.flushes
    }

    fn leave(&mut self, count: usize, flushes: u64) {
        let counted = match self.flushes - flushes {
            0 => &mut self.newer,
            1 => &mut self.older,
            // A flush that has completed has counted them out.
            _ => return,
        };
        *counted = counted.saturating_sub(count);
    }

    /// The messages accepted so far become the older ones. Those that were older are durable, because only
    /// one flush runs at a time.
    fn begin_flush(&mut self) {
        self.older = mem::take(&mut self.newer);
        self.flushes += 1;
    }
}

impl Wake for Queue {
    /// Wakes the futures that wait for room: the first that is polled polls the flush.
    fn wake(self: Arc<Self>) {
        let mut state = self.lock();
        state.is_woken = true;
        if !matches!(state.flush, Flush::Polled) {
            Self::wake_waiting(state);
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("capacity", &self.capacity)
            .field("timeout", &self.timeout())
            .finish_non_exhaustive()
    }
}
