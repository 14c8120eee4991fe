//! What the registry says of an event, beside its schema.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static EVENT_REMOVED: Rule = Rule::lint(
    "event-removed",
    Level::Deny,
    "An event type that was accepted binds until its versions are retired: somebody may still send it, or have it to read.",
)
.about(Family::Facts)
.explained(
    "[events.\"order.placed.v1\"] was deprecated, and is no longer in the registry.",
    "put it back; or, once nobody sends or reads it, retire its minors: `signalbook retire`",
);

pub(crate) static DEPRECATION_SKIPPED: Rule = Rule::lint(
    "deprecation-skipped",
    Level::Deny,
    "An event type is deprecated before it goes, so that those who use it hear of it.",
)
.about(Family::Facts)
.explained(
    "[events.\"order.placed.v1\"] was not deprecated, and is no longer in the registry.",
    "put it back with `deprecated = { replacement = \"…\", reason = \"…\" }`, and retire it later",
);

pub(crate) static KEY_CHANGED: Rule = Rule::lint(
    "key-changed",
    Level::Deny,
    "Events of one key stay in order, as they go to one partition. With another key, events that belong together overtake \
     each other, and what joins or compacts topics by key goes wrong.",
)
.about(Family::Facts)
.explained(
    "key = \"order.id\"    # was: \"order.customer\"",
    "keep the key, or make a new major version of the event",
);

pub(crate) static KEY_TYPE_CHANGED: Rule = Rule::lint(
    "key-type-changed",
    Level::Deny,
    "The bytes of the key choose the partition. Another type writes other bytes, so that events that belong together \
     overtake each other.",
)
.about(Family::Facts)
.explained(
    "[types.Order.fields]\nid = \"long\"    # was: \"int\", and `order.id` is the key",
    "keep the type of the key, or make a new major version of the event",
);

pub(crate) static TOPIC_CHANGED: Rule = Rule::lint(
    "topic-changed",
    Level::Deny,
    "Consumers read a topic. Those of a topic that an event leaves hear nothing any more, and no error tells them.",
)
.about(Family::Facts)
.explained(
    "topics = [\"purchases\"]    # was: [\"orders\"]",
    "publish to both topics until no consumer is left on the old one: keep it in `topics`",
);

pub(crate) static PRODUCER_CHANGED: Rule = Rule::lint(
    "producer-changed",
    Level::Warn,
    "One service sends an event. While two do, nothing orders what they send.",
)
.about(Family::Facts)
.explained(
    "producer = \"checkout\"    # was: \"shop\"",
    "make sure that the old service has stopped before the new one starts, and waive this",
);

pub(crate) static PII_ADDED: Rule = Rule::lint(
    "pii-added",
    Level::Warn,
    "A field that turns out to be personal data was written, logged and kept as if it were not. The class protects what is \
     written from now on; older events stay as they are.",
)
.about(Family::Facts)
.explained(
    "email = { type = \"string\", pii = \"email\" }    # was: \"string\"",
    "see to what older events hold, on topics and in logs, then waive this",
);
