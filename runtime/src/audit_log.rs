//! One log line for each message: its position and outcome, never its data. And one for each gap.

use tracing::{Level, enabled, event};

use crate::{
    Event, Metadata,
    backend::{Gap, Position},
    consumer::Failure,
};

/// The target of the log lines.
const TARGET: &str = "signalbook::audit";

/// The key of an event for the log line, unless logging is off or the key is personal data.
pub(crate) fn key<E: Event>(event: &E) -> Option<String> {
    if E::KEY_IS_PII || !enabled!(target: TARGET, Level::INFO) {
        return None;
    }
    event.key().map(|key| key.to_string())
}

/// Logs that a message is durable.
pub(crate) fn published(position: &Position, metadata: &Metadata, key: Option<&str>) {
    event!(
        target: TARGET,
        Level::INFO,
        outcome = "published",
        topic = &*position.partition.topic,
        partition = position.partition.number,
        offset = &*position.offset,
        id = &*metadata.id,
        event_type = &*metadata.event_type,
        key,
    );
}

/// Logs the outcome of a message that was consumed.
pub(crate) fn line(
    group: &str,
    position: &Position,
    metadata: Option<&Metadata>,
    key: Option<&str>,
    outcome: &str,
) {
    event!(
        target: TARGET,
        Level::INFO,
        outcome,
        group,
        topic = &*position.partition.topic,
        partition = position.partition.number,
        offset = &*position.offset,
        id = metadata.map(|metadata| &*metadata.id),
        event_type = metadata.map(|metadata| &*metadata.event_type),
        key,
    );
}

/// Logs messages that the group has lost.
pub(super) fn gap(group: &str, gap: &Gap) {
    event!(
        target: TARGET,
        Level::ERROR,
        outcome = "lost",
        group,
        topic = &*gap.partition.topic,
        partition = gap.partition.number,
        from = gap.from.as_deref(),
        to = gap.to.as_deref(),
        messages = gap.messages,
        reason = %gap.reason,
    );
}

/// Logs the headers that a message lacks, which have their default.
pub(crate) fn defaults(group: &str, position: &Position, defaulted: &[&str]) {
    for header in defaulted {
        event!(
            target: TARGET,
            Level::WARN,
            header,
            group,
            topic = &*position.partition.topic,
            partition = position.partition.number,
            offset = &*position.offset,
            "a header is missing, and has its default"
        );
    }
}

/// Logs that a message failed, why, and what happens next.
pub(crate) fn failure(group: &str, position: &Position, failure: &Failure, next: &str) {
    event!(
        target: TARGET,
        Level::WARN,
        next,
        group,
        topic = &*position.partition.topic,
        partition = position.partition.number,
        offset = &*position.offset,
        reason = failure.reason(),
        error = %failure,
    );
}
