use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tracing::Span;

use super::queue::Appending;
use crate::{
    Bus, Metadata, Observer, Text,
    backend::{BatchError, Outgoing, Position},
    telemetry::{self, Metric},
};

/// Messages on their way to the backend, with their trace span. Completes when they are durable.
pub(crate) struct Traced {
    appending: Appending,
    span: Span,
    /// Who is told, and the event type.
    observer: Option<(Arc<dyn Observer>, Text)>,
}

impl Traced {
    /// Passes the messages of events to the queue. `metadata` are those of the first event.
    pub(crate) fn begin(bus: &Bus, metadata: &Metadata, events: usize, messages: Vec<Outgoing>) -> Self {
        let span = telemetry::of_publish(bus.backend().system(), metadata, events, &messages);
        let appending = span.in_scope(|| bus.queue().append(messages));
        Self::new(bus, metadata, span, appending)
    }

    /// Like [`begin`](Self::begin). Returns `None` if the queue is full.
    pub(super) fn try_begin(bus: &Bus, metadata: &Metadata, messages: Vec<Outgoing>) -> Option<Self> {
        let span = telemetry::of_publish(bus.backend().system(), metadata, 1, &messages);
        let appending = span.in_scope(|| bus.queue().try_append(messages))?;
        Some(Self::new(bus, metadata, span, appending))
    }

    fn new(bus: &Bus, metadata: &Metadata, span: Span, appending: Appending) -> Self {
        let observer = bus.telemetry().observer.clone();
        Self { appending, span, observer: observer.map(|observer| (observer, metadata.event_type.clone())) }
    }
}

impl Future for Traced {
    type Output = Result<Vec<Position>, BatchError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { appending, span, observer } = &mut *self;
        let sent = ready!(span.in_scope(|| Pin::new(appending).poll(context)));
        match (&sent, observer) {
            (Ok(positions), Some((observer, event_type))) => {
                for position in positions {
                    let published = Metric::Published.of(1.0).topic(&position.partition.topic);
                    observer.record(&published.event_type(event_type));
                }
            }
            (Ok(_), None) => {}
            (Err(BatchError { error, .. }), _) => {
                span.record(telemetry::ERROR, tracing::field::debug(error.kind));
            }
        }
        Poll::Ready(sent)
    }
}
