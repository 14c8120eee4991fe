use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use super::Queue;
use crate::{
    backend::{BatchError, BoxFuture, Position},
    bus::TimeLimit,
};

/// Messages on their way to the log. If it is dropped while they wait for room, they are not sent.
pub(crate) struct Appending {
    queue: Arc<Queue>,
    count: usize,
    stage: Stage,
    limit: TimeLimit,
}

enum Stage {
    Waiting(Arc<Ticket>),
    Accepted(Accepted),
    Completed,
}

/// Messages that the backend has accepted.
pub(super) struct Accepted {
    /// `None` if there are no messages.
    pub(super) answer: Option<Answer>,
    /// The number of flushes before they were accepted.
    pub(super) flushes: u64,
}

type Answer = BoxFuture<'static, Result<Vec<Position>, BatchError>>;

/// Connects messages that wait for room with their future.
#[derive(Default)]
pub(super) struct Ticket(Mutex<TicketState>);

enum TicketState {
    Waiting(Option<Waker>),
    Accepted(Accepted),
    Taken,
}

impl Appending {
    pub(super) fn accepted(queue: &Arc<Queue>, count: usize, accepted: Accepted) -> Self {
        Self::new(queue, count, Stage::Accepted(accepted))
    }

    pub(super) fn waiting(queue: &Arc<Queue>, count: usize, ticket: Arc<Ticket>) -> Self {
        Self::new(queue, count, Stage::Waiting(ticket))
    }

    fn new(queue: &Arc<Queue>, count: usize, stage: Stage) -> Self {
        Self { queue: Arc::clone(queue), count, stage, limit: TimeLimit::new(queue.timeout()) }
    }

    /// Waits for room. The error is that of a queue that stays full.
    fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<Result<Accepted, BatchError>> {
        let Stage::Waiting(ticket) = &self.stage else { return Poll::Pending };
        let mut polled = ticket.poll(context);
        // Each flush may let others pass that wait longer.
        while polled.is_pending() && self.queue.flush() {
            polled = ticket.poll(context);
        }
        if let Poll::Ready(accepted) = polled {
            self.limit = TimeLimit::new(self.queue.timeout());
            return Poll::Ready(Ok(accepted));
        }
        ready!(self.limit.poll(&**self.queue.backend(), context));
        if !self.queue.cancel(ticket) {
            // They are being accepted at this moment.
            return Poll::Pending;
        }
        let error = self.limit.error("make room for more messages");
        Poll::Ready(Err(BatchError::not_published(self.count, error)))
    }
}

impl Future for Appending {
    type Output = Result<Vec<Position>, BatchError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Stage::Waiting(_) = &this.stage {
            match ready!(this.poll_room(context)) {
                Ok(accepted) => this.stage = Stage::Accepted(accepted),
                Err(error) => {
                    this.stage = Stage::Completed;
                    return Poll::Ready(Err(error));
                }
            }
        }
        let Stage::Accepted(Accepted { answer, flushes }) = &mut this.stage else { return Poll::Pending };
        let polled =
            answer.as_mut().map_or(Poll::Ready(Ok(Vec::new())), |answer| answer.as_mut().poll(context));
        let result = match polled {
            Poll::Ready(result) => {
                this.queue.leave(this.count, *flushes);
                result
            }
            // The log still has the messages: they count until a flush tells that it is done with them.
            Poll::Pending => {
                ready!(this.limit.poll(&**this.queue.backend(), context));
                Err(BatchError::unknown(this.count, this.limit.error("publish messages")))
            }
        };
        this.stage = Stage::Completed;
        Poll::Ready(result)
    }
}

impl Drop for Appending {
    fn drop(&mut self) {
        if let Stage::Waiting(ticket) = &self.stage {
            self.queue.cancel(ticket);
        }
    }
}

impl Ticket {
    pub(super) fn accept(&self, accepted: Accepted) {
        let earlier = mem::replace(&mut *self.lock(), TicketState::Accepted(accepted));
        if let TicketState::Waiting(Some(waker)) = earlier {
            waker.wake();
        }
    }

    pub(super) fn take_waker(&self) -> Option<Waker> {
        match &mut *self.lock() {
            TicketState::Waiting(waker) => waker.take(),
            TicketState::Accepted(_) | TicketState::Taken => None,
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Accepted> {
        let mut state = self.lock();
        match mem::replace(&mut *state, TicketState::Taken) {
            TicketState::Accepted(accepted) => Poll::Ready(accepted),
            TicketState::Taken => Poll::Pending,
            TicketState::Waiting(earlier) => {
                *state = TicketState::Waiting(Some(context.waker().clone()));
                // Dropping a waker may drop a task. Do not hold the lock.
                drop(state);
                drop(earlier);
                Poll::Pending
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, TicketState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TicketState {
    fn default() -> Self {
        Self::Waiting(None)
    }
}
