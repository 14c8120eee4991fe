use std::collections::BTreeMap;

/// Which events go to which topics, over what the events themselves say ([`Event::TOPICS`](crate::Event::TOPICS)):
/// event type, then topic, then what holds there.
///
/// With the feature `serde` it has the form of Open edX's `EVENT_BUS_PRODUCER_CONFIG`:
///
/// ```toml
/// ["com.example.shop.order.placed.v1"]
/// orders = { enabled = false }
/// audit = { event_key_field = "order.customer" }
/// ```
///
/// Configurations merge; the later one wins, topic by topic and setting by setting:
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

/// What holds for an event on a topic; what is none is as the event says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct TopicConfig {
    /// Whether the event goes there; a topic that is configured is enabled unless this says otherwise.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub enabled: Option<bool>,
    /// The path of the key there, such as `order.id`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub event_key_field: Option<String>,
}

impl ProducerConfig {
    /// Adds what holds for an event type on a topic, as [`merge`](Self::merge) does.
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

    /// This configuration with the settings of `overrides` in place of its own.
    #[must_use]
    pub fn merge(self, overrides: Self) -> Self {
        overrides.events.into_iter().fold(self, |config, (event_type, topics)| {
            topics
                .into_iter()
                .fold(config, |config, (topic, settings)| config.topic(&event_type, topic, settings))
        })
    }

    /// Where an event goes, the topics of its own first, with the path of its key where that is configured.
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
    /// The event goes there.
    pub fn enabled() -> Self {
        Self { enabled: Some(true), event_key_field: None }
    }

    /// The event does not go there.
    pub fn disabled() -> Self {
        Self { enabled: Some(false), event_key_field: None }
    }

    /// The same with the path of the key.
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
    fn configured_topics_come_after_the_events_own() {
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
    fn it_has_the_form_of_open_edx() {
        let json =
            r#"{"placed": {"orders": {"event_key_field": "order.id", "enabled": false}, "audit": {}}}"#;
        let config: ProducerConfig = serde_json::from_str(json).expect("a configuration");
        let expected = ProducerConfig::default()
            .topic("placed", "orders", TopicConfig::disabled().key("order.id"))
            .topic("placed", "audit", TopicConfig::default());
        assert_eq!(config, expected);
    }
}
