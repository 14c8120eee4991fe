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
/// Programs open one with `signalbook::connect(url)`, tests with [`Bus::memory`], and [`Bus::new`] takes a backend of one's own.
#[derive(Clone, Debug)]
pub struct Bus {
    backend: Arc<dyn Backend>,
    prefix: Option<Arc<str>>,
}

impl Bus {
    /// A bus over a backend.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, prefix: None }
    }

    /// A bus within this process, which knows what was published on it: for tests.
    pub fn memory() -> MemoryBus {
        MemoryBus::default()
    }

    /// The same bus with a prefix for each topic, `<prefix>-<topic>`, which keeps several environments apart; an empty
    /// prefix is none.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.prefix = (!prefix.is_empty()).then(|| prefix.into());
        self
    }

    /// A publisher for the events of `source`, `CloudEvents`' name of the service: `openedx/lms/web`.
    pub fn publisher(&self, source: impl Into<Arc<str>>) -> Publisher {
        Publisher::new(self.clone(), source.into())
    }

    /// A consumer of a group; of the group's consumers, in this process or another, one gets each event.
    pub fn consumer(&self, group: impl Into<Box<str>>) -> Consumer {
        Consumer::new(self.clone(), group.into())
    }

    /// Publishes a datum that is encoded already, with its metadata, accepted in the call and durable when the future
    /// ends: for tools. `key` is the Avro encoding of the value at the event's key path.
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

    /// Joins a group to read messages one batch at a time, without types, receivers or retries: for tools.
    ///
    /// # Errors
    /// The bus failed, or `start` is no position of it.
    pub async fn consumer_raw(
        &self,
        group: impl Into<Box<str>>,
        topics: &[&str],
        start: Start,
    ) -> Result<RawConsumer, BackendError> {
        let topics = topics.iter().map(|topic| self.topic(topic)).collect();
        RawConsumer::join(self.clone(), group.into(), topics, start).await
    }

    /// Ends when all that was accepted is durable, and lets go of the backend: every call after it fails.
    ///
    /// # Errors
    /// The bus failed.
    pub fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.backend.close()
    }

    /// The full name of a topic, prefix included.
    pub fn topic(&self, topic: &str) -> Arc<str> {
        self.prefix.as_ref().map_or_else(|| topic.into(), |prefix| format!("{prefix}-{topic}").into())
    }

    /// The log below.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }
}
