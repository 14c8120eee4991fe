//! Rules about the facts of an event that its schema does not hold.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static EVENT_REMOVED: Rule = Rule::lint(
    "event-removed",
    Level::Deny,
    "An event type stays in the registry until its accepted versions are retired, because services may still \
     send it or have events left to read.",
)
.about(Family::Facts)
.explained(
    "[events.\"order.placed.v1\"] was deprecated, and is no longer in the registry.",
    "put the event back, or retire its minor versions once it is no longer sent or read: `signalbook retire`",
);

pub(crate) static DEPRECATION_SKIPPED: Rule = Rule::lint(
    "deprecation-skipped",
    Level::Deny,
    "An event type must be deprecated before it is removed, so that its users are warned.",
)
.about(Family::Facts)
.explained(
    "[events.\"order.placed.v1\"] was not deprecated, and is no longer in the registry.",
    "put the event back with `deprecated = { replacement = \"…\", reason = \"…\" }`, and retire it later",
);

pub(crate) static KEY_CHANGED: Rule = Rule::lint(
    "key-changed",
    Level::Deny,
    "The key of an event must not change. Events with the same key stay in order because they go to the same \
     partition. With another key, related events can arrive out of order, and joins and compaction by key \
     give wrong results.",
)
.about(Family::Facts)
.explained(
    "key = \"order.id\"    # was: \"order.customer\"",
    "keep the key, or make a new major version of the event",
);

pub(crate) static KEY_TYPE_CHANGED: Rule = Rule::lint(
    "key-type-changed",
    Level::Deny,
    "The type of a key must not change. The bytes of the key choose the partition, and another type is \
     encoded as other bytes. Related events then go to different partitions and can arrive out of order.",
)
.about(Family::Facts)
.explained(
    "[types.Order.fields]\nid = \"long\"    # was: \"int\", and `order.id` is the key",
    "keep the type of the key, or make a new major version of the event",
);

pub(crate) static TOPIC_CHANGED: Rule = Rule::lint(
    "topic-changed",
    Level::Deny,
    "An event must not leave a topic that consumers read. They get no more events, and no error.",
)
.about(Family::Facts)
.explained(
    "topics = [\"purchases\"]    # was: [\"orders\"]",
    "publish to both topics until no consumer reads the old one: keep it in `topics`",
);

pub(crate) static PRODUCER_CHANGED: Rule = Rule::lint(
    "producer-changed",
    Level::Warn,
    "An event has one producer. While two services send it, their events have no order among each other.",
)
.about(Family::Facts)
.explained(
    "producer = \"checkout\"    # was: \"shop\"",
    "make sure that the old service stops before the new one starts, then waive this finding",
);

pub(crate) static PII_ADDED: Rule = Rule::lint(
    "pii-added",
    Level::Warn,
    "A field was marked as personal data after events with it were written, logged and stored without \
     protection. The class protects only events that are written from now on.",
)
.about(Family::Facts)
.explained(
    "email = { type = \"string\", pii = \"email\" }    # was: \"string\"",
    "check the older events on topics and in logs, then waive this finding",
);
