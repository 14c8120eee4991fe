use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tracing::Span;

use super::queue::Appending;
use crate::{
    Bus, Metadata,
    backend::{BatchError, Outgoing, Position},
    telemetry,
};

/// Messages on their way to the backend, with their trace span. Completes when they are durable.
pub(crate) struct Traced {
    appending: Appending,
    span: Span,
}

impl Traced {
    /// Passes the messages of events to the queue. `metadata` are those of the first event.
    pub(crate) fn begin(bus: &Bus, metadata: &Metadata, events: usize, messages: Vec<Outgoing>) -> Self {
        let span = telemetry::of_publish(bus.backend().system(), metadata, events, &messages);
        let appending = span.in_scope(|| bus.queue().append(messages));
        Self { appending, span }
    }

    /// Like [`begin`](Self::begin). Returns `None` if the queue is full.
    pub(super) fn try_begin(bus: &Bus, metadata: &Metadata, messages: Vec<Outgoing>) -> Option<Self> {
        let span = telemetry::of_publish(bus.backend().system(), metadata, 1, &messages);
        let appending = span.in_scope(|| bus.queue().try_append(messages))?;
        Some(Self { appending, span })
    }
}

impl Future for Traced {
    type Output = Result<Vec<Position>, BatchError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { appending, span } = &mut *self;
        let sent = ready!(span.in_scope(|| Pin::new(appending).poll(context)));
        if let Err(BatchError { error, .. }) = &sent {
            span.record(telemetry::ERROR, tracing::field::debug(error.kind));
        }
        Poll::Ready(sent)
    }
}
