//! The bus as programs use it.

mod connect;
mod memory;

use std::{future::Future, sync::Arc};

pub use connect::{Connect, ConnectError, Scheme};
pub use memory::MemoryBus;

use crate::{
    Consumer, Metadata, PublishError, Publisher, RawConsumer,
    backend::{Backend, BackendError, BoxFuture, Outgoing, Position, Start},
    envelope,
    publisher::{DEFAULT_MAX_BYTES, check_size},
};

/// A bus: publishers and consumers of typed events over a [`Backend`]. Clones are handles on the same bus.
///
/// Programs open one with `signalbook::connect(url)`, tests with [`Bus::memory`]. [`Bus::new`] takes any
/// backend.
#[derive(Clone, Debug)]
pub struct Bus {
    backend: Arc<dyn Backend>,
    prefix: Option<Arc<str>>,
}

impl Bus {
    /// Creates a bus over a backend.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, prefix: None }
    }

    /// Creates a bus within this process that records what is published on it. For tests.
    pub fn memory() -> MemoryBus {
        MemoryBus::default()
    }

    /// Returns this bus with a prefix for each topic, `<prefix>-<topic>`, to keep several environments apart.
    /// An empty prefix means no prefix.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.prefix = (!prefix.is_empty()).then(|| prefix.into());
        self
    }

    /// Creates a publisher for the events of `source`, the `CloudEvents` name of the service:
    /// `openedx/lms/web`.
    pub fn publisher(&self, source: impl Into<Arc<str>>) -> Publisher {
        Publisher::new(self.clone(), source.into())
    }

    /// Creates a consumer in a group. Each event goes to one of the group's consumers, in this process or
    /// another.
    pub fn consumer(&self, group: impl Into<Box<str>>) -> Consumer {
        Consumer::new(self.clone(), group.into())
    }

    /// Publishes an encoded datum with its metadata. For tools.
    ///
    /// The message is accepted in the call, and durable when the future completes. `key` is the Avro encoding
    /// of the value at the event's key path.
    ///
    /// # Errors
    /// The datum is larger than [`DEFAULT_MAX_BYTES`], or the bus failed.
    pub fn publish_raw(
        &self,
        topic: &str,
        metadata: &Metadata,
        key: Option<Vec<u8>>,
        datum: Vec<u8>,
    ) -> impl Future<Output = Result<Position, PublishError>> + Send + use<> {
        let sending = check_size(&metadata.event_type, datum.len(), DEFAULT_MAX_BYTES).map(|()| {
            let message = envelope::seal(metadata, key, datum);
            self.backend.publish(vec![Outgoing { topic: self.topic(topic), message }])
        });
        async move { Ok(sending?.await?.remove(0)) }
    }

    /// Joins a group to read messages one batch at a time, without types, receivers or retries. For tools.
    ///
    /// # Errors
    /// The bus failed, or `start` is not a position of it.
    pub async fn consumer_raw(
        &self,
        group: impl Into<Box<str>>,
        topics: &[&str],
        start: Start,
    ) -> Result<RawConsumer, BackendError> {
        let topics = topics.iter().map(|topic| self.topic(topic)).collect();
        RawConsumer::join(self.clone(), group.into(), topics, start).await
    }

    /// Waits until all accepted messages are durable, and releases the backend. Every later call fails.
    ///
    /// # Errors
    /// The bus failed.
    pub fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.backend.close()
    }

    /// Returns the full name of a topic, including the prefix.
    pub fn topic(&self, topic: &str) -> Arc<str> {
        self.prefix.as_ref().map_or_else(|| topic.into(), |prefix| format!("{prefix}-{topic}").into())
    }

    /// Returns the backend.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }
}
