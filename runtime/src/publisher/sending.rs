use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tracing::Span;

use crate::{
    Bus, Metadata, Observer, Text,
    backend::{BatchError, BoxFuture, Outgoing, Position},
    telemetry::{self, Metric},
};

/// Messages that the backend has accepted, with their trace span. Completes when they are durable.
pub(crate) struct Sending {
    future: BoxFuture<'static, Result<Vec<Position>, BatchError>>,
    span: Span,
    /// Who is told, and the event type.
    observer: Option<(Arc<dyn Observer>, Text)>,
}

impl Sending {
    /// Passes the messages of events to the backend. `metadata` are those of the first event.
    pub(crate) fn begin(bus: &Bus, metadata: &Metadata, events: usize, messages: Vec<Outgoing>) -> Self {
        let (backend, telemetry) = (bus.backend(), bus.telemetry());
        let span = telemetry::of_publish(backend.system(), metadata, events, &messages);
        let observer = telemetry.observer.clone().map(|observer| (observer, metadata.event_type.clone()));
        Self { future: span.in_scope(|| backend.publish(messages)), span, observer }
    }
}

impl Future for Sending {
    type Output = Result<Vec<Position>, BatchError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { future, span, observer } = &mut *self;
        let sent = ready!(span.in_scope(|| future.as_mut().poll(context)));
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
