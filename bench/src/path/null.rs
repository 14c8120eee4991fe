//! A backend that forgets what is published, and delivers one message for ever.

use std::{
    future::ready,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Clock, SystemClock,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, Delivery, Outgoing, Partition, Position,
        Subscriber, Subscription,
    },
};

#[derive(Clone, Debug)]
pub(super) struct NullBackend {
    clock: Arc<SystemClock>,
    delivery: Delivery,
}

impl NullBackend {
    /// Creates a backend that delivers `message`.
    pub(super) fn new(message: Outgoing) -> Self {
        let partition = Partition { topic: message.topic, number: 0 };
        let position = Position { partition, offset: "42".into() };
        let delivery = Delivery::new(position, SystemTime::now(), message.message);
        Self { clock: Arc::new(SystemClock::new()), delivery }
    }

    /// What it delivers.
    pub(super) fn delivery(&self) -> &Delivery {
        &self.delivery
    }
}

impl Backend for NullBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let position = |message: Outgoing| Position {
            partition: Partition { topic: message.topic, number: 0 },
            offset: "".into(),
        };
        Box::pin(ready(Ok(batch.into_iter().map(position).collect())))
    }

    fn subscribe(&self, _: Subscription) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let subscriber: Box<dyn Subscriber> = Box::new(self.clone());
        Box::pin(ready(Ok(subscriber)))
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ready(Ok(())))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ready(Ok(())))
    }
}

impl Subscriber for NullBackend {
    fn receive(&self, max: NonZeroUsize, _: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let deliveries = vec![self.delivery.clone(); max.get()];
        Box::pin(ready(Ok(Batch::new(deliveries))))
    }

    fn acknowledge(&self, _: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(ready(Ok(())))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(ready(Ok(())))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ready(Ok(())))
    }
}
