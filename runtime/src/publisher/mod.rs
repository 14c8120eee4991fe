//! Publishers: write events to the bus.

mod batch;
mod destination;
mod error;
mod key_path;
mod publishing;
mod queue;
mod sealed;
mod sealed_bytes;
mod send_error;
mod topic_config;
mod traced;

use std::{
    collections::HashMap,
    fmt,
    future::ready,
    mem,
    sync::{Arc, PoisonError, RwLock},
};

pub use batch::EventBatch;
use destination::Destination;
pub use error::PublishError;
pub(crate) use publishing::Announced;
pub use publishing::{Publishing, Sending};
pub(crate) use queue::Queue;
pub use sealed::Sealed;
pub use sealed_bytes::SealedError;
pub use send_error::SendError;
pub use topic_config::{ProducerConfig, TopicConfig};
pub(crate) use traced::Traced;

use crate::{
    Bus, Event, EventType, Metadata, RecordSchemas, Text, audit_log,
    backend::{BatchError, BoxFuture, Contract, ErrorKind, Message, Outgoing, Position},
    encode_to_vec, envelope,
    metadata::Source,
    schemas::TypeKey,
    telemetry,
};

/// The default limit of the size of an event, 64 KiB: OEP-41's, and what `CloudEvents` expects of every
/// intermediary. It is the [size](crate::backend::Message::size) of its message, with all headers.
pub const DEFAULT_MAX_BYTES: usize = 64 * 1024;

/// Publishes the events of one source: [`Bus::publisher`]. Clones have the same settings.
#[derive(Clone)]
pub struct Publisher {
    bus: Bus,
    source: Arc<Source>,
    config: Arc<ProducerConfig>,
    destinations: Arc<RwLock<HashMap<TypeKey, Arc<[Destination]>>>>,
    max_bytes: usize,
    record_schemas: RecordSchemas,
}

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
    pub(crate) fn new(bus: Bus, source: Text) -> Self {
        Self {
            bus,
            source: Arc::new(Source::new(source)),
            config: Arc::default(),
            destinations: Arc::default(),
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
        self.destinations = Arc::default();
        self
    }

    /// Sets the limit of the [size](crate::backend::Message::size) of an event's message: its data, its
    /// metadata with their extensions, other headers and the key. The default is [`DEFAULT_MAX_BYTES`].
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
        self.destinations = Arc::default();
        self
    }

    /// Publishes an event on each of its enabled topics; durable when the future completes.
    ///
    /// If the [queue](Bus::with_queue) of the bus has room and no earlier call waits for room, the event is
    /// accepted *in the call*. Dropping the future does not undo this. Otherwise the event waits for room,
    /// and is accepted when the events of all earlier calls are; the future need not be polled for that. If
    /// the future is dropped before, nothing is sent.
    ///
    /// So two calls in order are published in order, and the futures may be awaited later and together.
    ///
    /// # Errors
    /// The event cannot be encoded, is too large or has no topic: nothing is published. Or the bus failed, or
    /// did not answer within its [timeout](Bus::with_timeout).
    ///
    /// A failed event is not published again by itself. To repeat it with the same id, [`seal`](Self::seal)
    /// it and use [`Bus::send`].
    pub fn publish<E: Event>(&self, event: &E) -> Publishing {
        self.publish_with(self.metadata::<E>(), event)
    }

    /// Like [`publish`](Self::publish), with given metadata.
    ///
    /// # Errors
    /// See [`publish`](Self::publish). Or the id or the event type of the metadata is empty.
    pub fn publish_with<E: Event>(&self, metadata: Metadata, event: &E) -> Publishing {
        match self.seal_with(metadata, event) {
            Ok(sealed) => Publishing::of(&self.bus, sealed),
            Err(error) => Publishing::refused(error),
        }
    }

    /// Like [`publish`](Self::publish), but never waits for room.
    ///
    /// # Errors
    /// In the call: [`PublishError::QueueFull`] if there is no room or another call waits for room, and
    /// errors of the event. In the future: errors of the bus.
    pub fn try_publish<E: Event>(&self, event: &E) -> Result<Publishing, PublishError> {
        Publishing::try_of(&self.bus, self.seal(event)?)
    }

    /// Begins a batch of events of any types.
    pub fn batch(&self) -> EventBatch<'_> {
        EventBatch::new(self)
    }

    /// Publishes events of one type in one [batch](Self::batch).
    ///
    /// # Errors
    /// See [`publish`](Self::publish). If one of the events cannot be encoded or is too large, no event is
    /// published.
    pub fn publish_all<'e, E: Event + 'e>(
        &self,
        events: impl IntoIterator<Item = &'e E>,
    ) -> BoxFuture<'static, Result<Vec<Published>, PublishError>> {
        match events.into_iter().try_fold(self.batch(), EventBatch::add) {
            Ok(batch) => batch.send(),
            Err(error) => Box::pin(ready(Err(error))),
        }
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
    /// See [`seal`](Self::seal). Or the id or the event type of the metadata is empty.
    pub fn seal_with<E: Event>(&self, mut metadata: Metadata, event: &E) -> Result<Sealed, PublishError> {
        check_attributes(E::TYPE, &metadata)?;
        metadata.time = metadata.time.to_utc();
        let encode = |source| PublishError::Encode { event_type: E::TYPE, source };
        let mut datum = encode_to_vec(event).map_err(encode)?;
        let destinations = self.destinations::<E>()?;
        let mut messages = Vec::with_capacity(destinations.len());
        let mut rest = destinations.iter();
        while let Some(destination) = rest.next() {
            let Destination { topic, contract, .. } = destination;
            let key = destination.key(event, &datum)?;
            // The last message takes the datum.
            let datum = if rest.len() == 0 { mem::take(&mut datum) } else { datum.clone() };
            let mut message = envelope::seal(&metadata, key, datum);
            telemetry::pass_on(self.bus.telemetry(), &metadata, &mut message.headers);
            check_size(E::TYPE, &message, self.max_bytes)?;
            messages.push(Outgoing::new(Arc::clone(topic), message).with_contract(contract.clone()));
        }
        Ok(Sealed { metadata, messages, key: audit_log::key(event), max_bytes: self.max_bytes })
    }

    /// Returns metadata for an event that happens now, as [`publish`](Self::publish) uses it.
    pub fn metadata<E: EventType>(&self) -> Metadata {
        self.metadata_of(Text::from_static(E::TYPE), E::MINOR)
    }

    /// Like [`metadata`](Self::metadata), for an event without a Rust type.
    pub fn metadata_of(&self, event_type: impl Into<Text>, minorversion: u32) -> Metadata {
        self.source.announce(event_type.into(), minorversion, self.bus.backend().clock().now())
    }

    /// Like [`publish_with`](Self::publish_with), but returns `None` for an event without an enabled topic.
    pub(crate) fn forward<E: Event>(&self, metadata: Metadata, event: &E) -> Option<Publishing> {
        let enabled = self.config.routes(E::TYPE, E::TOPICS).any(|route| route.enabled);
        enabled.then(|| self.publish_with(metadata, event))
    }

    /// Returns the contract of an event whose key is at `key_path`; `None` if it is published without.
    fn contract<E: Event>(&self, key_path: Option<&str>) -> Result<Option<Contract>, PublishError> {
        let contracts = self.bus.contracts();
        match (self.record_schemas, self.bus.backend().uses_contracts()) {
            (RecordSchemas::Off, _) => Ok(None),
            (record, true) => contracts.of::<E>(key_path, record == RecordSchemas::Required),
            (RecordSchemas::Required, false) => Err(PublishError::NoSchemaStore { event_type: E::TYPE }),
            (RecordSchemas::BestEffort, false) => {
                contracts.warnings().no_store();
                Ok(None)
            }
        }
    }

    /// Returns the destinations of an event, which are made for the first event of its Rust type.
    fn destinations<E: Event>(&self) -> Result<Arc<[Destination]>, PublishError> {
        let type_key = TypeKey::of::<E>();
        let known = self.destinations.read().unwrap_or_else(PoisonError::into_inner).get(&type_key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Destination::all::<E>(self)?;
        let mut known = self.destinations.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(type_key, Arc::clone(&made));
        Ok(made)
    }
}

pub(crate) fn check_attributes(event_type: &str, metadata: &Metadata) -> Result<(), PublishError> {
    envelope::missing_attribute(metadata).map_or(Ok(()), |attribute| {
        Err(PublishError::EmptyAttribute { event_type: event_type.into(), attribute })
    })
}

pub(crate) fn check_size(event_type: &str, message: &Message, limit: usize) -> Result<(), PublishError> {
    let size = message.size();
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
