use std::sync::Arc;

use super::{Publisher, key_path::KeyPath, topic_config::Route};
use crate::{Event, PublishError, backend::Contract};

/// A topic that the events of a type are published on, and what their messages have in common.
pub(super) struct Destination {
    /// The full topic, prefix included.
    pub(super) topic: Arc<str>,
    pub(super) contract: Option<Contract>,
    /// The key of the configuration, if it is not the event's own.
    configured_key: Option<ConfiguredKey>,
}

struct ConfiguredKey {
    /// The topic, without prefix.
    topic: Box<str>,
    /// The text of `key_path`.
    path: Box<str>,
    key_path: KeyPath,
}

impl Destination {
    /// Returns the destinations of `E`, those of its own topics first.
    ///
    /// # Errors
    /// `E` has no topic, not even a disabled one. Or a key of the configuration is not a scalar of `E`, or a
    /// contract is required and `E` has none.
    pub(super) fn all<E: Event>(publisher: &Publisher) -> Result<Arc<[Self]>, PublishError> {
        let mut routes = publisher.config.routes(E::TYPE, E::TOPICS).peekable();
        if routes.peek().is_none() {
            return Err(PublishError::NoTopic { event_type: E::TYPE });
        }
        routes.filter(|route| route.enabled).map(|route| Self::new::<E>(publisher, &route)).collect()
    }

    fn new<E: Event>(publisher: &Publisher, route: &Route<'_>) -> Result<Self, PublishError> {
        let configured_key = match route.key.filter(|path| Some(*path) != E::KEY) {
            None => None,
            Some(path) => {
                let key_path = KeyPath::new::<E>(path).ok_or_else(|| no_key::<E>(route.topic, path))?;
                Some(ConfiguredKey { topic: route.topic.into(), path: path.into(), key_path })
            }
        };
        let contract = publisher.contract::<E>(route.key.or(E::KEY))?;
        Ok(Self { topic: publisher.bus.topic(route.topic), contract, configured_key })
    }

    /// Returns the encoded key of an event with this datum.
    pub(super) fn key<E: Event>(&self, event: &E, datum: &[u8]) -> Result<Option<Vec<u8>>, PublishError> {
        match &self.configured_key {
            None => {
                let key = event.key().map(|key| key.to_vec()).transpose();
                key.map_err(|source| PublishError::Encode { event_type: E::TYPE, source })
            }
            Some(ConfiguredKey { topic, path, key_path }) => {
                key_path.find(datum).map_err(|_| no_key::<E>(topic, path))
            }
        }
    }
}

fn no_key<E: Event>(topic: &str, path: &str) -> PublishError {
    PublishError::KeyPath { event_type: E::TYPE, topic: topic.into(), path: path.into() }
}
