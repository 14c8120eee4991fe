//! What a history and the events beside it must keep to.

use signalbook_diagnostics::{Level, Rule};

pub(crate) static ACCEPTED_SCHEMA_EDITED: Rule = Rule::error(
    "accepted-schema-edited",
    "An accepted schema never changes: events that it wrote are about, and services that read by it.",
)
.explained(
    "An editor reformats `schemas/history/shop.order.placed.v1/0.avsc`.",
    "Put the file back as it was accepted. A schema that has to differ is a new minor version: change the registry, and `signalbook accept`.",
);

pub(crate) static ACCEPTED_FILE_MISSING: Rule = Rule::error(
    "accepted-file-missing",
    "Every accepted version keeps both its files, the schema and its facts, and the numbers have no gap; a version that nobody uses any more is retired and stays.",
)
.explained(
    "`1.avsc` is there, and `1.toml` was deleted.",
    "Put the file back. Versions that nothing uses any more: `signalbook retire`.",
);

pub(crate) static ACCEPTED_FILE_UNREADABLE: Rule = Rule::error(
    "accepted-file-unreadable",
    "Accepted schemas are Avro in JSON, and the files beside them TOML as `signalbook accept` writes it.",
)
.explained(
    "A merge left conflict markers in `2.toml`.",
    "Put the file back. After a merge in which both sides accepted the same number, `signalbook accept --renumber REF` takes the other side's version and puts this one on top.",
);

pub(crate) static STRAY_FILE: Rule = Rule::lint(
    "history-stray-file",
    Level::Warn,
    "A history holds `<event type>/<minor>.avsc` and `<minor>.toml`; what is called otherwise is read by nobody.",
)
.explained(
    "`schemas/history/shop.order.placed.v1/latest.avsc`",
    "Remove it, or move it out of the history.",
);

pub(crate) static LEGACY_SCHEMA: Rule = Rule::lint(
    "legacy-schema",
    Level::Warn,
    "An accepted schema with an illegal name, a default that does not fit its type, or a `doc`, `namespace` or enum's `default` that is no text, is taken as it is; other tools may refuse it.",
)
.explained(
    "A field `time-of-day` in `schemas/history/shop.order.placed.v1/0.avsc`.",
    "Leave the file as it is, and waive this; later versions have legal names.",
);

/// Fails where an event has another schema than the one that its minor version has.
pub static MINOR_NOT_RAISED: Rule = Rule::error(
    "minor-not-raised",
    "A minor version has one schema. Where an event's schema differs from the accepted one (documentation aside), its minor version is the next free number.",
)
.explained(
    "`order` got a field, and `minor = 0` was accepted without it.",
    "`signalbook accept` raises the minor version and accepts it.",
);

pub(crate) static NOT_ACCEPTED: Rule = Rule::lint(
    "not-accepted",
    Level::Warn,
    "What is not accepted yet binds nobody: the gate does not hold later versions against it.",
)
.explained("An event was added.", "`signalbook accept`");

/// Every rule of this crate, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &ACCEPTED_SCHEMA_EDITED,
    &ACCEPTED_FILE_MISSING,
    &ACCEPTED_FILE_UNREADABLE,
    &MINOR_NOT_RAISED,
    &NOT_ACCEPTED,
    &STRAY_FILE,
    &LEGACY_SCHEMA,
];
