use std::{
    future,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    Clock, SystemClock,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, Outgoing, Partition, Position, Subscriber,
        Subscription,
    },
};

/// The bus `none:`, for a service that runs without a bus: it accepts messages and forgets them, and its
/// consumers wait for ever.
#[derive(Clone, Debug)]
pub(super) struct NoBus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: SystemClock,
    published: AtomicU64,
}

impl NoBus {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner { clock: SystemClock::new(), published: AtomicU64::new(0) }))
    }
}

impl Backend for NoBus {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.0.clock.clone())
    }

    fn system(&self) -> &'static str {
        "none"
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let position = |outgoing: Outgoing| Position {
            partition: Partition { topic: outgoing.topic, number: 0 },
            offset: self.0.published.fetch_add(1, Ordering::Relaxed).to_string().into(),
        };
        Box::pin(future::ready(Ok(batch.into_iter().map(position).collect())))
    }

    fn subscribe(&self, _: Subscription) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        Box::pin(future::ready(Ok(Box::new(self.clone()) as Box<dyn Subscriber>)))
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(Ok(())))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(Ok(())))
    }
}

impl Subscriber for NoBus {
    fn receive(&self, _: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        Box::pin(async move {
            self.0.clock.sleep(wait).await;
            Ok(Batch::default())
        })
    }

    fn acknowledge(&self, _: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(Ok(())))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(Ok(())))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(Ok(())))
    }
}
