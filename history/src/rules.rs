//! The rules about a history and the events of its registry.

use signalbook_diagnostics::{Level, Rule};

pub(crate) static ACCEPTED_SCHEMA_EDITED: Rule = Rule::error(
    "accepted-schema-edited",
    "An accepted schema must not change, because events were written with it and services read with it.",
)
.explained(
    "An editor reformats `schemas/history/shop.order.placed.v1/0.avsc`.",
    "restore the file as it was accepted; to change the schema, change the registry and run `signalbook \
     accept`, which makes a new minor version",
);

/// Violated if a file of an accepted version is missing, or a minor version.
pub static ACCEPTED_FILE_MISSING: Rule = Rule::error(
    "accepted-file-missing",
    "Every accepted version has two files, the schema and the facts, and the minor versions have no gaps. A \
     version that is no longer used is retired, not deleted.",
)
.explained(
    "`1.avsc` exists, but `1.toml` was deleted.",
    "restore the file; to retire versions that are no longer used, run `signalbook retire`",
);

/// Violated if a file of an accepted version cannot be read.
pub static ACCEPTED_FILE_UNREADABLE: Rule = Rule::error(
    "accepted-file-unreadable",
    "An accepted schema must be an Avro schema in JSON, and the file of its facts must be TOML as \
     `signalbook accept` writes it.",
)
.explained(
    "A merge left conflict markers in `2.toml`.",
    "restore the file; if both sides of a merge accepted the same minor version, run `signalbook accept \
     --renumber REF`, which takes the version of the other side and gives this one the next minor version",
);

pub(crate) static STRAY_FILE: Rule = Rule::lint(
    "history-stray-file",
    Level::Warn,
    "A history contains only the files `<event type>/<minor>.avsc` and `<event type>/<minor>.toml`. Other \
     files are not used.",
)
.explained(
    "`schemas/history/shop.order.placed.v1/latest.avsc`",
    "remove the file, or move it out of the history",
);

/// Violated if an accepted schema, or a schema of another baseline, is only read leniently.
pub static LEGACY_SCHEMA: Rule = Rule::lint(
    "legacy-schema",
    Level::Warn,
    "An accepted schema, or one of another baseline, may have an illegal name, a default of the wrong type, \
     a comment, a byte order mark, a type that is defined twice or after its use, or a `doc`, a `namespace` \
     or an enum's `default` that is not a string. Other tools may reject it.",
)
.explained(
    "`schemas/history/shop.order.placed.v1/0.avsc` has a field `time-of-day`.",
    "do not change the file; waive this finding, and use legal names in later versions",
);

/// Violated if an event has another schema than the accepted one of its minor version.
pub static MINOR_NOT_RAISED: Rule = Rule::error(
    "minor-not-raised",
    "A minor version has one schema. If the schema of an event differs from the accepted one in more than \
     documentation, the event needs the next free minor version.",
)
.explained(
    "A field was added to `order`, but `minor = 0` was accepted without it.",
    "run `signalbook accept`, which raises the minor version and accepts the new schema",
);

/// Violated if an event, its schema or its facts are not accepted yet.
pub static NOT_ACCEPTED: Rule = Rule::lint(
    "not-accepted",
    Level::Deny,
    "An event, its schema or its facts are not accepted yet. The gate does not compare later versions with \
     them. A registry without a history is not checked for this.",
)
.explained("An event was added.", "run `signalbook accept`");

/// Violated if there is nothing to compare the events of a registry with.
pub static EMPTY_BASELINE: Rule = Rule::lint(
    "empty-baseline",
    Level::Warn,
    "A baseline should have versions of events. Without them, every event counts as new, and nothing breaks.",
)
.explained(
    "`signalbook breaking --against git:main`, and `main` has the registry in another folder.",
    "run `signalbook accept` and commit the history; for a folder that was moved, name it as it was: \
     `git:main:FOLDER`",
);

/// Every rule of this crate, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &ACCEPTED_SCHEMA_EDITED,
    &ACCEPTED_FILE_MISSING,
    &ACCEPTED_FILE_UNREADABLE,
    &MINOR_NOT_RAISED,
    &NOT_ACCEPTED,
    &STRAY_FILE,
    &LEGACY_SCHEMA,
    &EMPTY_BASELINE,
];
