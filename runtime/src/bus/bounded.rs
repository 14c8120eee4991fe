//! Calls of a log that end within a time, even if the log hangs.

use std::{
    future::{poll_fn, ready},
    num::NonZeroUsize,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use super::time_limit::TimeLimit;
use crate::backend::{
    Admin, Backend, BackendError, Batch, BatchError, BoxFuture, GroupInfo, MessageRange, Outgoing, Partition,
    PartitionInfo, Position, Rebalance, Start, Subscriber, Subscription,
};

/// A backend, and how long its calls may take. As an [`Admin`] it is that of the backend.
#[derive(Clone, Debug)]
pub(crate) struct Bounded {
    backend: Arc<dyn Backend>,
    timeout: Duration,
}

/// A subscriber whose calls are bounded, except for [`rebalance`](Subscriber::rebalance), which may be
/// pending for ever.
#[derive(Debug)]
struct BoundedSubscriber {
    subscriber: Box<dyn Subscriber>,
    bounded: Bounded,
}

impl Bounded {
    pub(crate) fn new(backend: Arc<dyn Backend>, timeout: Duration) -> Self {
        Self { backend, timeout }
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits for a call within the timeout. `what` completes "the bus did not".
    pub(crate) fn call<'a, T: Send + 'a>(
        &self,
        what: &'static str,
        call: BoxFuture<'a, Result<T, BackendError>>,
    ) -> BoxFuture<'a, Result<T, BackendError>> {
        self.within(self.timeout, what, call, |error| error)
    }

    /// Joins a group. The calls of the subscriber are bounded, too.
    pub(crate) fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let joining = self.call("let a member join its group", self.backend.subscribe(subscription));
        let bounded = self.clone();
        Box::pin(async move {
            Ok(Box::new(BoundedSubscriber { subscriber: joining.await?, bounded }) as Box<dyn Subscriber>)
        })
    }

    fn within<'a, T: Send + 'a, E: Send + 'a>(
        &self,
        limit: Duration,
        what: &'static str,
        mut call: BoxFuture<'a, Result<T, E>>,
        error: impl Fn(BackendError) -> E + Send + 'a,
    ) -> BoxFuture<'a, Result<T, E>> {
        let (backend, mut limit) = (Arc::clone(&self.backend), TimeLimit::new(limit));
        Box::pin(poll_fn(move |context| match call.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => limit.poll(&*backend, context).map(|()| Err(error(limit.error(what)))),
        }))
    }

    fn ask<T: Send + 'static>(
        &self,
        what: &'static str,
        ask: impl FnOnce(&dyn Admin) -> BoxFuture<'static, Result<T, BackendError>>,
    ) -> BoxFuture<'static, Result<T, BackendError>> {
        match self.backend.admin() {
            Some(admin) => self.call(what, ask(admin)),
            None => Box::pin(ready(Err(BackendError::unsupported("administration")))),
        }
    }
}

impl Admin for Bounded {
    fn topics(&self) -> BoxFuture<'static, Result<Vec<PartitionInfo>, BackendError>> {
        self.ask("list its topics", |admin| admin.topics())
    }

    fn groups(&self) -> BoxFuture<'static, Result<Vec<Box<str>>, BackendError>> {
        self.ask("list its groups", |admin| admin.groups())
    }

    fn group(&self, group: &str) -> BoxFuture<'static, Result<Option<GroupInfo>, BackendError>> {
        self.ask("describe a group", |admin| admin.group(group))
    }

    fn seek(
        &self,
        group: &str,
        targets: Vec<(Partition, Start)>,
    ) -> BoxFuture<'static, Result<(), BackendError>> {
        self.ask("move a group", |admin| admin.seek(group, targets))
    }

    fn forget(&self, group: &str) -> BoxFuture<'static, Result<bool, BackendError>> {
        self.ask("forget a group", |admin| admin.forget(group))
    }

    fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: NonZeroUsize,
    ) -> BoxFuture<'static, Result<MessageRange, BackendError>> {
        self.ask("read messages", |admin| admin.read(partition, from, max))
    }
}

impl Subscriber for BoundedSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let limit = self.bounded.timeout.saturating_add(wait);
        self.bounded.within(limit, "receive messages", self.subscriber.receive(max, wait), |error| error)
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.bounded.call("acknowledge messages", self.subscriber.acknowledge(positions))
    }

    fn publish_and_acknowledge<'a>(
        &'a self,
        backend: &'a dyn Backend,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
    ) -> BoxFuture<'a, Result<Vec<Position>, BatchError>> {
        let (size, what) = (batch.len(), "publish and acknowledge messages");
        let publishing = self.subscriber.publish_and_acknowledge(backend, batch, positions);
        let unknown = move |error| BatchError::unknown(size, error);
        self.bounded.within(self.bounded.timeout, what, publishing, unknown)
    }

    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.bounded.call("give messages back", self.subscriber.give_back(positions))
    }

    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        self.subscriber.rebalance()
    }

    fn release(&self, partitions: Vec<Partition>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.bounded.call("release partitions", self.subscriber.release(partitions))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        self.bounded.call("take a heartbeat", self.subscriber.keep_alive())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        self.bounded.call("let a member leave its group", self.subscriber.close())
    }
}
