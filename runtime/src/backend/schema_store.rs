use std::fmt;

use super::{BackendError, BoxFuture};

/// A small store in a log, next to the messages, which holds the schemas of events.
///
/// A log records the [`Contract`](super::Contract) of a message here before the first message that carries
/// it, so that consumers can read versions that they were not built with. A value is never changed, and the
/// log's retention does not remove it.
///
/// A *scope* keeps the values of several buses on one log apart: it is the prefix of the bus.
pub trait SchemaStore: fmt::Debug + Send + Sync {
    /// Returns the value of a name, or `None` if it has none.
    fn get(&self, scope: &str, name: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>, BackendError>>;

    /// Sets the value of a name unless it has one. Returns the value that the store then holds; it is durable
    /// when the future completes.
    fn put_if_absent(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, BackendError>>;
}

/// The schemas of a log whose payloads name their schema by an id, such as Kafka with a schema registry.
pub trait SchemaIds: fmt::Debug + Send + Sync {
    /// Returns the schema of an id, as JSON. Returns `None` if the registry answers that it has no such id;
    /// no answer is [`ErrorKind::Unavailable`](super::ErrorKind::Unavailable).
    fn schema(&self, id: u32) -> BoxFuture<'static, Result<Option<String>, BackendError>>;
}
