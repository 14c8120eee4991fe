use std::collections::BTreeMap;

/// The topics of events, in addition to those of the events themselves
/// ([`Event::TOPICS`](crate::Event::TOPICS)): event type, then topic, then settings.
///
/// With the feature `serde` it has the form of Open edX's `EVENT_BUS_PRODUCER_CONFIG`:
///
/// ```toml
/// ["com.example.shop.order.placed.v1"]
/// orders = { enabled = false }
/// audit = { event_key_field = "order.customer" }
/// ```
///
/// Configurations can be merged. The later one takes precedence, for each topic and setting:
///
/// ```
/// use signalbook_runtime::{ProducerConfig, TopicConfig};
///
/// let placed = "com.example.shop.order.placed.v1";
/// let base = ProducerConfig::default().topic(placed, "orders", TopicConfig::enabled());
/// let local = ProducerConfig::default().topic(placed, "orders", TopicConfig::disabled());
/// assert_eq!(base.merge(local.clone()), local);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[non_exhaustive]
pub struct ProducerConfig {
    /// By event type, then by topic without prefix.
    pub events: BTreeMap<String, BTreeMap<String, TopicConfig>>,
}

/// The settings of an event on a topic. The default of each is that of the event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct TopicConfig {
    /// Whether the event is published on the topic. The default is `true`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub enabled: Option<bool>,
    /// The path of the key on this topic, such as `order.id`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub event_key_field: Option<String>,
}

impl ProducerConfig {
    /// Adds the settings of an event type on a topic. They override earlier ones, as in
    /// [`merge`](Self::merge).
    #[must_use]
    pub fn topic(
        mut self,
        event_type: impl Into<String>,
        topic: impl Into<String>,
        config: TopicConfig,
    ) -> Self {
        self.events.entry(event_type.into()).or_default().entry(topic.into()).or_default().merge(config);
        self
    }

    /// Merges the settings of `overrides` into this configuration. They take precedence.
    #[must_use]
    pub fn merge(self, overrides: Self) -> Self {
        overrides.events.into_iter().fold(self, |config, (event_type, topics)| {
            topics
                .into_iter()
                .fold(config, |config, (topic, settings)| config.topic(&event_type, topic, settings))
        })
    }

    /// The topics of an event, its own first, with the key path if it is configured.
    pub(crate) fn routes<'a>(
        &'a self,
        event_type: &str,
        own: &'a [&'a str],
    ) -> impl Iterator<Item = Route<'a>> {
        let configured = self.events.get(event_type);
        let own_topics =
            own.iter().map(move |topic| (*topic, configured.and_then(|topics| topics.get(*topic))));
        let others = configured.into_iter().flatten().filter(|(topic, _)| !own.contains(&topic.as_str()));
        let others = others.map(|(topic, config)| (topic.as_str(), Some(config)));
        own_topics.chain(others).map(|(topic, config)| Route {
            topic,
            enabled: config.and_then(|config| config.enabled).unwrap_or(true),
            key: config.and_then(|config| config.event_key_field.as_deref()),
        })
    }
}

/// One topic of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    pub(crate) topic: &'a str,
    pub(crate) enabled: bool,
    pub(crate) key: Option<&'a str>,
}

impl TopicConfig {
    /// Settings that publish the event on the topic.
    pub fn enabled() -> Self {
        Self { enabled: Some(true), event_key_field: None }
    }

    /// Settings that do not publish the event on the topic.
    pub fn disabled() -> Self {
        Self { enabled: Some(false), event_key_field: None }
    }

    /// Sets the path of the key.
    #[must_use]
    pub fn key(mut self, path: impl Into<String>) -> Self {
        self.event_key_field = Some(path.into());
        self
    }

    fn merge(&mut self, overrides: Self) {
        self.enabled = overrides.enabled.or(self.enabled);
        self.event_key_field = overrides.event_key_field.or(self.event_key_field.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_win_setting_by_setting() {
        let base = ProducerConfig::default()
            .topic("placed", "orders", TopicConfig::enabled().key("order.id"))
            .topic("placed", "audit", TopicConfig::enabled());
        let overrides = ProducerConfig::default()
            .topic("placed", "orders", TopicConfig::disabled())
            .topic("placed", "audit", TopicConfig::default().key("order.customer"))
            .topic("cancelled", "orders", TopicConfig::enabled());
        let merged = base.merge(overrides);
        let expected = ProducerConfig::default()
            .topic("placed", "orders", TopicConfig::disabled().key("order.id"))
            .topic("placed", "audit", TopicConfig::enabled().key("order.customer"))
            .topic("cancelled", "orders", TopicConfig::enabled());
        assert_eq!(merged, expected);
    }

    #[test]
    fn configured_topics_follow_those_of_the_event() {
        let config = ProducerConfig::default()
            .topic("placed", "audit", TopicConfig::default().key("order.customer"))
            .topic("placed", "orders", TopicConfig::disabled());
        let routes: Vec<_> = config.routes("placed", &["orders", "more"]).collect();
        let route = |topic, enabled, key| Route { topic, enabled, key };
        assert_eq!(
            routes,
            [
                route("orders", false, None),
                route("more", true, None),
                route("audit", true, Some("order.customer"))
            ]
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn the_json_has_the_form_of_open_edx() {
        let json =
            r#"{"placed": {"orders": {"event_key_field": "order.id", "enabled": false}, "audit": {}}}"#;
        let config: ProducerConfig = serde_json::from_str(json).expect("a configuration");
        let expected = ProducerConfig::default()
            .topic("placed", "orders", TopicConfig::disabled().key("order.id"))
            .topic("placed", "audit", TopicConfig::default());
        assert_eq!(config, expected);
    }
}
