use std::{
    collections::VecDeque,
    fmt,
    future::{Future, poll_fn},
    mem,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use crate::{
    Decode, Event, Received, Shutdown,
    backend::{BoxError, BoxFuture},
    consumer::{
        ConsumeError, ConsumeProblem, Consumed, Refusal, config::Config, executor::spawned, receiver::Typed,
    },
    oneshot::{Sender, oneshot},
};

/// Events that a program takes one by one: [`Consumer::events`](crate::Consumer::events).
///
/// The consumer works while the program awaits [`next`](Self::next), [`close`](Self::close),
/// [`Pulled::ack`] or [`Pulled::fail`]. In between it sends no heartbeats, so an event that takes longer than
/// [`claim_after`](crate::Consumer::claim_after) goes to another member. With
/// [`spawn_with`](crate::Consumer::spawn_with) it works all the time.
///
/// Dropping the events counts as a crash: what is not acknowledged goes to other members after `claim_after`.
#[derive(Debug)]
pub struct Events<E> {
    queue: Arc<Queue<E>>,
    session: Arc<Session>,
    /// Begins when the consumer must stop.
    shutdown: Shutdown,
}

/// An event that the program must answer, with [`ack`](Self::ack) or [`fail`](Self::fail). One that is
/// dropped without an answer has failed. It dereferences to [`Received`].
#[derive(Debug)]
pub struct Pulled<E> {
    received: Received<E>,
    answer: Answer,
    session: Arc<Session>,
}

/// Sends the result of an event to its receiver.
type Answer = Sender<Result<(), BoxError>>;

/// An event that the program has not taken yet.
type Untaken<E> = (Received<E>, Answer);

/// The events that the program has not taken yet.
struct Queue<E> {
    /// `None` when the consumer stops: an event is not taken any more.
    events: Mutex<Option<VecDeque<Untaken<E>>>>,
    wakers: Arc<Wakers>,
}

/// The run of the consumer, which several tasks may poll.
struct Session {
    state: Mutex<State>,
    wakers: Arc<Wakers>,
}

type Run = BoxFuture<'static, Result<Consumed, ConsumeError>>;

enum State {
    /// No task polls it.
    Idle(Run),
    /// A task polls it, without the lock: a receiver may answer an event. `missed` tells whether others
    /// wanted to poll it meanwhile.
    Polled {
        missed: bool,
    },
    Ended(Consumed),
}

/// Sets the state when a task has polled the run, and wakes those that wait for that.
struct Turn<'a> {
    session: &'a Session,
    next: State,
}

/// The tasks that wait for the session.
#[derive(Default)]
struct Wakers(Mutex<Vec<Waker>>);

impl<E: Event + for<'de> Decode<'de> + Send + 'static> Events<E> {
    /// Joins the group.
    pub(super) async fn join(
        config: Config,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, ConsumeError> {
        let mut config = config.with_relays();
        let wakers = Arc::new(Wakers::default());
        let events = Mutex::new(Some(VecDeque::new()));
        let queue = Arc::new(Queue { events, wakers: Arc::clone(&wakers) });
        let waiting = Arc::clone(&queue);
        config.receivers.push(Arc::new(Typed::new(move |event| waiting.answer(event))));

        let begun = Shutdown::new();
        let mut ends = either(shutdown, begun.clone());
        let joined = config.join(&mut ends).await?;
        let spawn = config.spawn.clone();
        let run: Run = Box::pin(async move {
            match joined {
                Some(subscriber) => config.consume(subscriber, ends, false).await,
                None => Ok(Consumed::default()),
            }
        });
        let run = match spawn {
            None => run,
            Some(spawn) => {
                let spawned = spawned(&*spawn, run);
                Box::pin(async move { spawned.await.unwrap_or_else(|| Err(ConsumeProblem::Ended.into())) })
            }
        };
        let session = Arc::new(Session { state: Mutex::new(State::Idle(run)), wakers });
        Ok(Self { queue, session, shutdown: begun })
    }
}

impl<E> Events<E> {
    /// Waits for the next event. Returns `None` when the consumer stops.
    ///
    /// # Errors
    /// See [`Consumer::run`](crate::Consumer::run). After an error there are no more events.
    pub async fn next(&mut self) -> Result<Option<Pulled<E>>, ConsumeError> {
        poll_fn(|context| {
            let ended = self.session.poll(context);
            if self.shutdown.has_begun() {
                self.queue.close();
            } else if let Some((received, answer)) = self.queue.pop() {
                let session = Arc::clone(&self.session);
                return Poll::Ready(Ok(Some(Pulled { received, answer, session })));
            }
            match ended {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Pending if !self.shutdown.has_begun() => Poll::Pending,
                Poll::Pending | Poll::Ready(Ok(_)) => Poll::Ready(Ok(None)),
            }
        })
        .await
    }

    /// Stops the consumer: waits for the answers of events that the program took, acknowledges, and leaves
    /// the group. The others are delivered again.
    ///
    /// # Errors
    /// See [`Consumer::run`](crate::Consumer::run).
    pub async fn close(self) -> Result<Consumed, ConsumeError> {
        self.shutdown.begin();
        self.queue.close();
        poll_fn(|context| self.session.poll(context)).await
    }
}

impl<E> Pulled<E> {
    /// Tells the log that the event is done. [`Events::close`] waits until that is durable.
    ///
    /// # Errors
    /// The consumer has ended: the event is delivered again.
    pub async fn ack(self) -> Result<(), ConsumeError> {
        self.send(Ok(())).await
    }

    /// Says that the event failed. It is retried or dead-lettered like one whose receiver returned this
    /// error, which may be a [`Refusal`].
    ///
    /// # Errors
    /// The consumer has ended: the event is delivered again.
    pub async fn fail(self, error: impl Into<BoxError>) -> Result<(), ConsumeError> {
        self.send(Err(error.into())).await
    }

    async fn send(self, result: Result<(), BoxError>) -> Result<(), ConsumeError> {
        let Self { answer, session, .. } = self;
        if answer.is_closed() {
            return Err(ConsumeProblem::Ended.into());
        }
        answer.send(result);
        // Passes the acknowledgement on to the log.
        poll_fn(|context| match session.poll(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(_)) | Poll::Pending => Poll::Ready(Ok(())),
        })
        .await
    }
}

impl<E> Queue<E> {
    /// Hands an event to the program, and waits for its answer.
    fn answer(&self, event: Received<E>) -> impl Future<Output = Result<(), BoxError>> + Send + use<E> {
        let (answer, answered) = oneshot();
        match &mut *lock(&self.events) {
            Some(events) => events.push_back((event, answer)),
            None => answer.send(Err(not_taken())),
        }
        self.wakers.wake_all();
        async move {
            answered.await.unwrap_or_else(|| Err("the event was dropped without an acknowledgement".into()))
        }
    }

    /// The next event whose receiver still waits for an answer.
    fn pop(&self) -> Option<Untaken<E>> {
        let mut events = lock(&self.events);
        std::iter::from_fn(|| events.as_mut()?.pop_front()).find(|(_, answer)| !answer.is_closed())
    }

    fn close(&self) {
        let events = lock(&self.events).take();
        events.into_iter().flatten().for_each(|(_, answer)| answer.send(Err(not_taken())));
    }
}

impl Session {
    /// Lets the consumer work. An error is returned once.
    fn poll(&self, context: &mut Context<'_>) -> Poll<Result<Consumed, ConsumeError>> {
        self.wakers.add(context.waker());
        let mut run = {
            let mut state = lock(&self.state);
            match mem::replace(&mut *state, State::Polled { missed: true }) {
                State::Polled { .. } => return Poll::Pending,
                State::Ended(consumed) => {
                    *state = State::Ended(consumed);
                    return Poll::Ready(Ok(consumed));
                }
                State::Idle(run) => {
                    *state = State::Polled { missed: false };
                    run
                }
            }
        };
        let mut turn = Turn { session: self, next: State::Ended(Consumed::default()) };
        let waker = Waker::from(Arc::clone(&self.wakers));
        let ended = run.as_mut().poll(&mut Context::from_waker(&waker));
        turn.next = match &ended {
            Poll::Pending => State::Idle(run),
            Poll::Ready(Ok(consumed)) => State::Ended(*consumed),
            Poll::Ready(Err(error)) => State::Ended(error.consumed),
        };
        ended
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let next = mem::replace(&mut self.next, State::Polled { missed: false });
        let has_ended = matches!(next, State::Ended(_));
        let polled = mem::replace(&mut *lock(&self.session.state), next);
        if has_ended || matches!(polled, State::Polled { missed: true }) {
            self.session.wakers.wake_all();
        }
    }
}

impl Wakers {
    fn add(&self, waker: &Waker) {
        let mut wakers = lock(&self.0);
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = mem::take(&mut *lock(&self.0));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// The answer of an event that the program did not take. It is no failure, and nothing waits for the pause:
/// the consumer stops.
fn not_taken() -> BoxError {
    Refusal::not_now(Duration::from_secs(3600)).into()
}

/// Completes when one of them ends. Then both have ended.
fn either(shutdown: impl Future<Output = ()> + Send + 'static, other: Shutdown) -> BoxFuture<'static, ()> {
    let (mut shutdown, mut ended) = (Box::pin(shutdown), Box::pin(other.wait()));
    Box::pin(poll_fn(move |context| {
        if shutdown.as_mut().poll(context).is_ready() {
            other.begin();
        }
        ended.as_mut().poll(context)
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<E> Deref for Pulled<E> {
    type Target = Received<E>;

    fn deref(&self) -> &Received<E> {
        &self.received
    }
}

impl<E> fmt::Debug for Queue<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}
