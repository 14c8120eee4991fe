//! Publishers: write events to the bus.

mod config;
mod error;
mod key_path;
mod sealed;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

pub use config::{ProducerConfig, TopicConfig};
pub use error::PublishError;
use key_path::KeyPath;
pub use sealed::Sealed;

use crate::{
    Bus, EncodeError, Encoder, Event, EventType, Metadata, RecordSchemas,
    backend::{BatchError, BoxFuture, Contract, ErrorKind, Outgoing, Position},
    encode_to_vec, envelope,
    metadata::Source,
};

/// The default limit of the size of an event's datum: OEP-41's 64 KiB.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024;

/// Publishes the events of one source: [`Bus::publisher`]. Clones have the same settings.
#[derive(Clone)]
pub struct Publisher {
    bus: Bus,
    source: Arc<Source>,
    config: Arc<ProducerConfig>,
    key_paths: Arc<Mutex<KeyPaths>>,
    max_bytes: usize,
    record_schemas: RecordSchemas,
}

/// The key paths of the configuration, cached when they are first used; `None` for a path that does not lead
/// to a scalar. The fingerprint of the event's schema is part of the cache key, since several Rust types may
/// have one event type.
type KeyPaths = HashMap<(u64, Box<str>), Option<Arc<KeyPath>>>;

/// A published event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The metadata of the event.
    pub metadata: Metadata,
    /// The position of each message, in the order of the topics; empty if every topic is disabled.
    pub positions: Vec<Position>,
}

impl Publisher {
    pub(crate) fn new(bus: Bus, source: Arc<str>) -> Self {
        Self {
            bus,
            source: Arc::new(Source::new(source)),
            config: Arc::default(),
            key_paths: Arc::default(),
            max_bytes: DEFAULT_MAX_BYTES,
            record_schemas: RecordSchemas::default(),
        }
    }

    /// Merges `config` into the earlier configuration. It takes precedence over the topics and keys of the
    /// events.
    #[must_use]
    pub fn with_config(mut self, config: ProducerConfig) -> Self {
        let earlier = Arc::unwrap_or_clone(self.config);
        self.config = Arc::new(earlier.merge(config));
        self
    }

    /// Sets the limit of the size of an event's datum. The default is [`DEFAULT_MAX_BYTES`].
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Sets whether the schemas of events are recorded in the schema store of the bus. The default is
    /// [`RecordSchemas::BestEffort`].
    #[must_use]
    pub fn with_record_schemas(mut self, record_schemas: RecordSchemas) -> Self {
        self.record_schemas = record_schemas;
        self
    }

    /// Publishes an event on each of its enabled topics; durable when the future completes.
    ///
    /// The event is accepted *in the call*: two calls in order are published in order, and the futures may be
    /// awaited later and together. Dropping a future does not undo the call.
    ///
    /// # Errors
    /// The event cannot be encoded, is too large or has no topic: nothing is published. Or the bus failed.
    pub fn publish<E: Event>(&self, event: &E) -> BoxFuture<'static, Result<Published, PublishError>> {
        self.publish_with(self.metadata::<E>(), event)
    }

    /// Like [`publish`](Self::publish), with given metadata.
    ///
    /// # Errors
    /// See [`publish`](Self::publish).
    pub fn publish_with<E: Event>(
        &self,
        metadata: Metadata,
        event: &E,
    ) -> BoxFuture<'static, Result<Published, PublishError>> {
        let sending = self.seal_with(metadata, event).map(|sealed| self.bus.send(sealed));
        Box::pin(async move { sending?.await })
    }

    /// Publishes events of one type in one batch, accepted in the call.
    ///
    /// # Errors
    /// See [`publish`](Self::publish). If one of the events cannot be published, no event is.
    pub fn publish_all<'e, E: Event + 'e>(
        &self,
        events: impl IntoIterator<Item = &'e E>,
    ) -> BoxFuture<'static, Result<Vec<Published>, PublishError>> {
        let sealed: Result<Vec<_>, _> = events.into_iter().map(|event| self.seal(event)).collect();
        let sending = sealed.map(|sealed| sealed::send(&self.bus, sealed));
        Box::pin(async move { sending?.await })
    }

    /// Encodes an event and makes its messages, without publishing them.
    ///
    /// # Errors
    /// The event cannot be encoded, is too large or has no topic.
    pub fn seal<E: Event>(&self, event: &E) -> Result<Sealed, PublishError> {
        self.seal_with(self.metadata::<E>(), event)
    }

    /// Like [`seal`](Self::seal), with given metadata. Its time is written in UTC.
    ///
    /// # Errors
    /// See [`seal`](Self::seal).
    pub fn seal_with<E: Event>(&self, mut metadata: Metadata, event: &E) -> Result<Sealed, PublishError> {
        let event_type = E::TYPE;
        metadata.time = metadata.time.to_utc();
        let encode = |source| PublishError::Encode { event_type, source };
        let datum = encode_to_vec(event).map_err(encode)?;
        check_size(E::TYPE, datum.len(), self.max_bytes)?;
        let mut messages = Vec::new();
        let mut has_topic = false;
        for route in self.config.routes(E::TYPE, E::TOPICS) {
            has_topic = true;
            if !route.enabled {
                continue;
            }
            let key = match route.key.filter(|path| Some(*path) != E::KEY) {
                None => own_key(event).map_err(encode)?,
                Some(path) => {
                    let unknown =
                        || PublishError::KeyPath { event_type, topic: route.topic.into(), path: path.into() };
                    self.key_path::<E>(path).and_then(|path| path.find(&datum).ok()).ok_or_else(unknown)?
                }
            };
            let contract = self.contract::<E>(route.key.or(E::KEY))?;
            let message = envelope::seal(&metadata, key, datum.clone());
            messages.push(Outgoing::new(self.bus.topic(route.topic), message).with_contract(contract));
        }
        if has_topic {
            Ok(Sealed::new(metadata, messages))
        } else {
            Err(PublishError::NoTopic { event_type })
        }
    }

    /// Returns metadata for an event that happens now, as [`publish`](Self::publish) uses it.
    pub fn metadata<E: EventType>(&self) -> Metadata {
        self.metadata_of(E::TYPE, E::MINOR)
    }

    /// Like [`metadata`](Self::metadata), for an event without a Rust type.
    pub fn metadata_of(&self, event_type: impl Into<Arc<str>>, minorversion: u32) -> Metadata {
        self.source.announce(event_type.into(), minorversion, self.bus.backend().clock().now())
    }

    /// Like [`publish_with`](Self::publish_with), but returns `None` for an event without an enabled topic.
    pub(crate) fn forward<E: Event>(
        &self,
        metadata: Metadata,
        event: &E,
    ) -> Option<BoxFuture<'static, Result<Published, PublishError>>> {
        let enabled = self.config.routes(E::TYPE, E::TOPICS).any(|route| route.enabled);
        enabled.then(|| self.publish_with(metadata, event))
    }

    /// Returns the contract of an event whose key is at `key_path`; `None` if it is published without.
    fn contract<E: Event>(&self, key_path: Option<&str>) -> Result<Option<Contract>, PublishError> {
        let contracts = self.bus.contracts();
        match (self.record_schemas, self.bus.backend().uses_contracts()) {
            (RecordSchemas::Off, _) => Ok(None),
            (record, true) => contracts.of::<E>(key_path, record),
            (RecordSchemas::Required, false) => Err(PublishError::NoSchemaStore { event_type: E::TYPE }),
            (RecordSchemas::BestEffort, false) => {
                contracts.warn_of_no_store();
                Ok(None)
            }
        }
    }

    fn key_path<E: Event>(&self, path: &str) -> Option<Arc<KeyPath>> {
        let fingerprint = E::fingerprint().ok()?;
        let mut paths = self.key_paths.lock().unwrap_or_else(PoisonError::into_inner);
        paths
            .entry((fingerprint, path.into()))
            .or_insert_with(|| KeyPath::new::<E>(path).map(Arc::new))
            .clone()
    }
}

/// Encodes the key of an event as in a message.
pub(crate) fn own_key<E: Event>(event: &E) -> Result<Option<Vec<u8>>, EncodeError> {
    event
        .key()
        .map(|key| {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes);
            key.encode(&mut encoder)?;
            encoder.finish()?;
            Ok(bytes)
        })
        .transpose()
}

pub(crate) fn check_size(event_type: &str, size: usize, limit: usize) -> Result<(), PublishError> {
    if size > limit {
        return Err(PublishError::TooLarge { event_type: event_type.into(), size, limit });
    }
    Ok(())
}

impl From<BatchError> for PublishError {
    fn from(error: BatchError) -> Self {
        match error.error.kind {
            ErrorKind::SchemaConflict => Self::SchemaConflict(error.error),
            _ => Self::Bus(error),
        }
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("bus", &self.bus)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
