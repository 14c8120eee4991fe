use std::{
    future::{Future, poll_fn},
    num::NonZeroUsize,
    pin::Pin,
    sync::mpsc::Sender,
    task::{Context, Poll},
    time::Duration,
};

use signalbook_runtime::backend::{
    Backend, BackendError, Batch, BatchError, BoxFuture, Outgoing, Position, Rebalance, Subscriber,
};

use crate::{
    backend::{batch_error, refuse_large},
    command::{Command, Membership},
    error::closed,
    reply::{Answer, Reply, question},
    store::BackendResult,
};

/// The subscriber of a member: sends commands to the thread.
#[derive(Debug)]
pub(crate) struct SqliteSubscriber(Membership);

/// A pending `receive`. A batch that is not received is put back.
struct Receiving<'a> {
    subscriber: &'a SqliteSubscriber,
    answer: Answer<BackendResult<Batch>>,
}

impl SqliteSubscriber {
    pub(crate) fn new(membership: Membership) -> Self {
        Self(membership)
    }

    fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(i64, Reply<BackendResult<T>>) -> Command + 'static + Send,
    ) -> BoxFuture<'static, BackendResult<T>> {
        let member = self.0.id;
        Box::pin(ask(&self.0.commands, move |reply| command(member, reply)))
    }
}

impl Subscriber for SqliteSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let (member, max) = (self.0.id, max.get());
        let answer = send(&self.0.commands, |reply| Command::Receive { member, max, wait, reply });
        Box::pin(Receiving { subscriber: self, answer })
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.ask(|member, reply| Command::Acknowledge { member, positions, reply })
    }

    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.ask(|member, reply| Command::GiveBack { member, positions, reply })
    }

    fn publish_and_acknowledge<'a>(
        &'a self,
        _: &'a dyn Backend,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
    ) -> BoxFuture<'a, Result<Vec<Position>, BatchError>> {
        let length = batch.len();
        let done = refuse_large(&batch).map(|()| {
            self.ask(|member, reply| Command::PublishAndAcknowledge { member, batch, positions, reply })
        });
        Box::pin(async move {
            let done = async { done?.await };
            done.await.map_err(|error| batch_error(length, error))
        })
    }

    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        Box::pin(poll_fn(|context| {
            self.0.notice.poll(context).map(|taken| match taken {
                Some(()) => Ok(Rebalance::Revoked(self.0.partitions.clone())),
                None => Err(closed()),
            })
        }))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        self.ask(|member, reply| Command::KeepAlive { member, reply })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        // Dropping the membership sends a second command, which has no effect.
        self.ask(|member, reply| Command::Leave { member, reply })
    }
}

impl Future for Receiving<'_> {
    type Output = Result<Batch, BackendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context).map(|answer| answer.unwrap_or_else(|| Err(closed())))
    }
}

impl Drop for Receiving<'_> {
    fn drop(&mut self) {
        if let Some(Ok(batch)) = self.answer.take() {
            let Membership { id: member, commands, .. } = &self.subscriber.0;
            let member = *member;
            // If the thread has ended, so has the membership.
            drop(commands.send(Command::PutBack { member, batch }));
        }
    }
}

/// Sends a command to the thread in the call, not when the future is first polled.
pub(crate) fn ask<T, F: FnOnce(Reply<BackendResult<T>>) -> Command>(
    commands: &Sender<Command>,
    command: F,
) -> impl Future<Output = BackendResult<T>> + use<T, F> {
    let answer = send(commands, command);
    async move { answer.await.unwrap_or_else(|| Err(closed())) }
}

fn send<T>(
    commands: &Sender<Command>,
    command: impl FnOnce(Reply<BackendResult<T>>) -> Command,
) -> Answer<BackendResult<T>> {
    let (reply, answer) = question();
    // If the thread has ended, the command is dropped with its reply, and the answer is `None`.
    drop(commands.send(command(reply)));
    answer
}
