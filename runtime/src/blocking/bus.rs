use std::{future::ready, num::NonZeroUsize, time::Duration};

use crate::{
    ConnectError, ConsumeError, Consumed, Decode, Event, Metadata, NoState, Outcome, PublishError, Published,
    RawBatch, Received, Scheme, Sealed, SendError, Settings, Shutdown, Signals, Text, WithState,
    backend::{BackendError, Position, Start},
    blocking::block_on,
};

/// A blocking [`Bus`](crate::Bus).
#[derive(Clone, Debug)]
pub struct Bus(crate::Bus);

/// A blocking [`Publisher`](crate::Publisher).
#[derive(Clone, Debug)]
pub struct Publisher(crate::Publisher);

/// A blocking [`Consumer`](crate::Consumer). Its receivers are plain functions. They are called one at a
/// time, on the thread that runs the consumer.
#[derive(Clone, Debug)]
pub struct Consumer<S = NoState>(crate::Consumer<S>);

/// A blocking [`RawConsumer`](crate::RawConsumer).
#[derive(Debug)]
pub struct RawConsumer(crate::RawConsumer);

impl Bus {
    /// See [`Bus::connect_with`](crate::Bus::connect_with).
    ///
    /// # Errors
    /// See the async method.
    pub fn connect_with(url: &str, settings: Settings, schemes: &[Scheme]) -> Result<Self, ConnectError> {
        block_on(crate::Bus::connect_with(url, settings, schemes)).map(Self)
    }

    /// See [`Bus::publisher`](crate::Bus::publisher).
    pub fn publisher(&self, source: impl Into<Text>) -> Publisher {
        Publisher(self.0.publisher(source))
    }

    /// See [`Bus::consumer`](crate::Bus::consumer).
    pub fn consumer(&self, group: impl Into<Box<str>>) -> Consumer {
        Consumer(self.0.consumer(group))
    }

    /// See [`Bus::publish_raw`](crate::Bus::publish_raw).
    ///
    /// # Errors
    /// See the async method.
    pub fn publish_raw(
        &self,
        topic: &str,
        metadata: &Metadata,
        key: Option<Vec<u8>>,
        datum: Vec<u8>,
    ) -> Result<Position, PublishError> {
        block_on(self.0.publish_raw(topic, metadata, key, datum))
    }

    /// See [`Bus::send`](crate::Bus::send).
    ///
    /// # Errors
    /// See the async method.
    pub fn send(&self, sealed: Sealed) -> Result<Published, SendError> {
        block_on(self.0.send(sealed))
    }

    /// See [`Bus::flush`](crate::Bus::flush).
    ///
    /// # Errors
    /// See the async method.
    pub fn flush(&self) -> Result<(), BackendError> {
        block_on(self.0.flush())
    }

    /// See [`Bus::consumer_raw`](crate::Bus::consumer_raw).
    ///
    /// # Errors
    /// See the async method.
    pub fn consumer_raw(
        &self,
        group: impl Into<Box<str>>,
        topics: &[&str],
        start: Start,
    ) -> Result<RawConsumer, BackendError> {
        block_on(self.0.consumer_raw(group, topics, start)).map(RawConsumer)
    }

    /// See [`Bus::close`](crate::Bus::close).
    ///
    /// # Errors
    /// See the async method.
    pub fn close(&self) -> Result<(), BackendError> {
        block_on(self.0.close())
    }
}

impl Publisher {
    /// See [`Publisher::metadata_of`](crate::Publisher::metadata_of).
    pub fn metadata_of(&self, event_type: impl Into<Text>, minorversion: u32) -> Metadata {
        self.0.metadata_of(event_type, minorversion)
    }

    /// See [`Publisher::publish`](crate::Publisher::publish).
    ///
    /// # Errors
    /// See the async method.
    pub fn publish<E: Event>(&self, event: &E) -> Result<Published, PublishError> {
        block_on(self.0.publish(event))
    }

    /// See [`Publisher::publish_with`](crate::Publisher::publish_with).
    ///
    /// # Errors
    /// See the async method.
    pub fn publish_with<E: Event>(&self, metadata: Metadata, event: &E) -> Result<Published, PublishError> {
        block_on(self.0.publish_with(metadata, event))
    }

    /// See [`Publisher::seal`](crate::Publisher::seal).
    ///
    /// # Errors
    /// See the async method.
    pub fn seal<E: Event>(&self, event: &E) -> Result<Sealed, PublishError> {
        self.0.seal(event)
    }

    /// See [`Publisher::publish_all`](crate::Publisher::publish_all).
    ///
    /// # Errors
    /// See the async method.
    pub fn publish_all<'e, E: Event + 'e>(
        &self,
        events: impl IntoIterator<Item = &'e E>,
    ) -> Result<Vec<Published>, PublishError> {
        block_on(self.0.publish_all(events))
    }
}

impl Consumer {
    /// See [`Consumer::on`](crate::Consumer::on).
    #[must_use]
    pub fn on<E, F, R>(self, receiver: F) -> Self
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(Received<E>) -> R + Send + Sync + 'static,
        R: Outcome + Send + 'static,
    {
        Self(self.0.on(move |received| ready(receiver(received))))
    }

    /// See [`Consumer::on_any`](crate::Consumer::on_any).
    #[must_use]
    pub fn on_any<F, R>(self, receiver: F) -> Self
    where
        F: Fn(Received<Vec<u8>>) -> R + Send + Sync + 'static,
        R: Outcome + Send + 'static,
    {
        Self(self.0.on_any(move |received| ready(receiver(received))))
    }
}

impl<T: Clone + Send + Sync + 'static> Consumer<WithState<T>> {
    /// Calls `receiver` for each event `E`, with a clone of the state.
    #[must_use]
    pub fn on<E, F, R>(self, receiver: F) -> Self
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(T, Received<E>) -> R + Send + Sync + 'static,
        R: Outcome + Send + 'static,
    {
        Self(self.0.on(move |state, received| ready(receiver(state, received))))
    }
}

impl<S> Consumer<S> {
    /// See [`Consumer::with`](crate::Consumer::with).
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(self, state: T) -> Consumer<WithState<T>> {
        Consumer(self.0.with(state))
    }

    /// See [`Consumer::relay`](crate::Consumer::relay).
    #[must_use]
    pub fn relay(self, signals: &Signals) -> Self {
        Self(self.0.relay(signals))
    }

    /// Changes the settings of the async [`Consumer`](crate::Consumer). For example:
    /// `consumer.configure(|consumer| consumer.retry(Retry::NONE))`.
    #[must_use]
    pub fn configure(self, set: impl FnOnce(crate::Consumer<S>) -> crate::Consumer<S>) -> Self {
        Self(set(self.0))
    }

    /// See [`Consumer::run`](crate::Consumer::run).
    ///
    /// # Errors
    /// See the async method.
    pub fn run(&self, shutdown: &Shutdown) -> Result<Consumed, ConsumeError> {
        block_on(self.0.run(shutdown.wait()))
    }

    /// See [`Consumer::run_until_idle`](crate::Consumer::run_until_idle).
    ///
    /// # Errors
    /// See the async method.
    pub fn run_until_idle(&self) -> Result<Consumed, ConsumeError> {
        block_on(self.0.run_until_idle())
    }
}

impl RawConsumer {
    /// See [`RawConsumer::receive_and_release`](crate::RawConsumer::receive_and_release).
    ///
    /// # Errors
    /// See the async method.
    pub fn receive(&self, max: NonZeroUsize, wait: Duration) -> Result<RawBatch, BackendError> {
        block_on(self.0.receive_and_release(max, wait))
    }

    /// See [`RawConsumer::acknowledge`](crate::RawConsumer::acknowledge).
    ///
    /// # Errors
    /// See the async method.
    pub fn acknowledge(&self, positions: Vec<Position>) -> Result<(), BackendError> {
        block_on(self.0.acknowledge(positions))
    }

    /// See [`RawConsumer::close`](crate::RawConsumer::close).
    ///
    /// # Errors
    /// See the async method.
    pub fn close(self) -> Result<(), BackendError> {
        block_on(self.0.close())
    }
}

impl From<crate::Bus> for Bus {
    fn from(bus: crate::Bus) -> Self {
        Self(bus)
    }
}

impl From<crate::MemoryBus> for Bus {
    fn from(bus: crate::MemoryBus) -> Self {
        Self((*bus).clone())
    }
}
