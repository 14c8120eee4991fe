use std::{error::Error, fmt};

use crate::{
    EncodeError, SchemaError,
    backend::{BackendError, BatchError, ErrorKind},
};

/// Why an event was not published. Never contains data.
#[derive(Debug)]
#[non_exhaustive]
pub enum PublishError {
    /// Neither the event nor the configuration names a topic.
    NoTopic {
        /// The event type.
        event_type: &'static str,
    },
    /// A message of the event is larger than allowed.
    TooLarge {
        /// The event type.
        event_type: Box<str>,
        /// The [size](crate::backend::Message::size) of the message in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// An attribute of the metadata is empty, so that no consumer could read the event.
    EmptyAttribute {
        /// The event type.
        event_type: Box<str>,
        /// The name of the attribute in `CloudEvents`: `id` or `type`.
        attribute: &'static str,
    },
    /// The event cannot be encoded.
    Encode {
        /// The event type.
        event_type: &'static str,
        /// The error of the encoder.
        source: EncodeError,
    },
    /// The key path that is configured for a topic is not the path of a scalar.
    KeyPath {
        /// The event type.
        event_type: &'static str,
        /// The topic, without prefix.
        topic: Box<str>,
        /// The path.
        path: Box<str>,
    },
    /// The name of a header that the metadata have.
    ReservedHeader {
        /// The name.
        name: Box<str>,
    },
    /// The event has no valid schema, which [`RecordSchemas::Required`](crate::RecordSchemas::Required)
    /// needs.
    Schema {
        /// The event type.
        event_type: &'static str,
        /// Why.
        source: Box<SchemaError>,
    },
    /// The bus has no schema store, which [`RecordSchemas::Required`](crate::RecordSchemas::Required) needs.
    NoSchemaStore {
        /// The event type.
        event_type: &'static str,
    },
    /// The schema store of the bus has another schema for the version of the event. Nothing was published.
    SchemaConflict(BackendError),
    /// The queue of the bus is full: [`Publisher::try_publish`](crate::Publisher::try_publish). Nothing was
    /// published.
    QueueFull,
    /// The bus did not accept all messages.
    Bus(BatchError),
}

impl PublishError {
    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SchemaConflict(error) => error.kind,
            Self::Bus(error) => error.error.kind,
            Self::QueueFull => ErrorKind::Unavailable,
            Self::NoSchemaStore { .. } => ErrorKind::Unsupported,
            Self::NoTopic { .. }
            | Self::TooLarge { .. }
            | Self::EmptyAttribute { .. }
            | Self::Encode { .. }
            | Self::KeyPath { .. }
            | Self::ReservedHeader { .. }
            | Self::Schema { .. } => ErrorKind::Refused,
        }
    }

    /// Whether the same call may succeed later: the bus could not be reached, or its queue was full.
    ///
    /// If the fate of a message is [`Fate::Unknown`](crate::backend::Fate::Unknown), repeating the call may
    /// publish it twice. Sending a [`Sealed`](crate::Sealed) event again keeps its id.
    pub fn is_transient(&self) -> bool {
        self.kind() == ErrorKind::Unavailable
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTopic { event_type } => {
                write!(
                    f,
                    "`{event_type}` has no topic: name one in the registry, or in the producer configuration"
                )
            }
            Self::TooLarge { event_type, size, limit } => write!(
                f,
                "an event `{event_type}` of {size} bytes, with its headers and its key, exceeds the limit of \
                 {limit} bytes: send less data, or a reference to it"
            ),
            Self::EmptyAttribute { event_type, attribute } => write!(
                f,
                "the `{attribute}` of an event `{event_type}` is empty, and no consumer could read it: set \
                 it in the metadata, or let the publisher make the metadata"
            ),
            Self::Encode { event_type, source } => {
                write!(f, "an event `{event_type}` cannot be encoded: {source}")
            }
            Self::KeyPath { event_type, topic, path } => write!(
                f,
                "the producer configuration names `{path}` as the key of `{event_type}` on the topic \
                 `{topic}`, which is not the path of a scalar of the event"
            ),
            Self::ReservedHeader { name } => write!(
                f,
                "the header `{}` belongs to the metadata of the event: set the metadata or their extensions",
                name.escape_debug()
            ),
            Self::Schema { event_type, source } => {
                write!(f, "the schema of `{event_type}` cannot be recorded: {source}")
            }
            Self::NoSchemaStore { event_type } => write!(
                f,
                "the schema of `{event_type}` cannot be recorded: the bus has no schema store; set \
                 `RecordSchemas::BestEffort` to publish without"
            ),
            Self::SchemaConflict(error) => error.fmt(f),
            Self::QueueFull => f.write_str(
                "the queue of the bus is full: wait for earlier events, or give the bus a larger queue",
            ),
            Self::Bus(error) => error.fmt(f),
        }
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Encode { source, .. } => source.source(),
            Self::Schema { source, .. } => source.source(),
            Self::SchemaConflict(error) => error.source(),
            Self::Bus(error) => error.source(),
            Self::NoTopic { .. }
            | Self::QueueFull
            | Self::NoSchemaStore { .. }
            | Self::TooLarge { .. }
            | Self::EmptyAttribute { .. }
            | Self::KeyPath { .. }
            | Self::ReservedHeader { .. } => None,
        }
    }
}
