//! The trace spans, with the attribute names of OpenTelemetry's conventions for messaging. The table of
//! docs/bus.md has all of them. They never hold the key or the data of an event.

use tracing::{Span, debug_span, field::Empty};

use crate::{
    Metadata,
    backend::{Batch, Delivery, Outgoing},
};

/// The target of the trace spans.
const TARGET: &str = "signalbook::spans";

/// The field that says why a call failed.
pub(crate) const ERROR: &str = "error.type";

/// The span from the call that publishes events until they are durable. `metadata` are those of the first.
pub(crate) fn of_publish(system: &str, metadata: &Metadata, events: usize, messages: &[Outgoing]) -> Span {
    debug_span!(
        target: TARGET,
        "publish",
        "otel.kind" = "producer",
        "messaging.system" = system,
        "messaging.operation.name" = "publish",
        "messaging.operation.type" = "send",
        "messaging.destination.name" = same(messages.iter().map(|outgoing| &*outgoing.topic)),
        "messaging.batch.message_count" = messages.len(),
        "messaging.message.id" = (events == 1).then_some(&*metadata.id),
        "cloudevents.event_type" = &*metadata.event_type,
        "cloudevents.event_source" = &*metadata.source,
        "error.type" = Empty,
    )
}

/// The span of one call that receives a batch.
pub(crate) fn of_receive(system: &str, group: &str) -> Span {
    debug_span!(
        target: TARGET,
        "receive",
        "otel.kind" = "consumer",
        "messaging.system" = system,
        "messaging.operation.name" = "receive",
        "messaging.operation.type" = "receive",
        "messaging.consumer.group.name" = group,
        "messaging.destination.name" = Empty,
        "messaging.batch.message_count" = Empty,
        "error.type" = Empty,
    )
}

/// Completes the span of a call that received a batch.
pub(crate) fn received(span: &Span, batch: &Batch) {
    if !span.is_disabled() {
        let topics = batch.deliveries.iter().map(|delivery| &*delivery.position.partition.topic);
        span.record("messaging.destination.name", same(topics));
        span.record("messaging.batch.message_count", batch.deliveries.len());
    }
}

/// The span of one call of a receiver.
pub(crate) fn of_process(
    system: &str,
    group: &str,
    metadata: &Metadata,
    delivery: &Delivery,
    attempt: u32,
) -> Span {
    let partition = &delivery.position.partition;
    debug_span!(
        target: TARGET,
        "process",
        "otel.kind" = "consumer",
        "messaging.system" = system,
        "messaging.operation.name" = "process",
        "messaging.operation.type" = "process",
        "messaging.consumer.group.name" = group,
        "messaging.destination.name" = &*partition.topic,
        "messaging.destination.partition.id" = display(partition.number),
        "messaging.message.id" = &*metadata.id,
        "cloudevents.event_type" = &*metadata.event_type,
        "cloudevents.event_source" = &*metadata.source,
        "signalbook.offset" = &*delivery.position.offset,
        "signalbook.attempt" = attempt,
        "error.type" = Empty,
    )
}

/// The topic, if there is one alone.
fn same<'t>(mut topics: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    let first = topics.next()?;
    topics.all(|topic| topic == first).then_some(first)
}
