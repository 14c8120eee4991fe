use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use super::{Traced, send_error::SendError};
use crate::{
    Bus, Metadata, Observer, PublishError, Published, Sealed, audit_log,
    backend::{BatchError, Fate, Outgoing, Position},
    telemetry::Metric,
};

/// An event that is being published: the future of [`Publisher::publish`](crate::Publisher::publish). It
/// completes when the event is durable. If it is dropped while it waits for room, nothing is sent.
#[must_use = "only the completed future tells whether the event is durable"]
pub struct Publishing(Option<Result<InProgress, PublishError>>);

/// A sealed event that is being sent: the future of [`Bus::send`]. It completes when the event is durable. If
/// it is dropped while it waits for room, nothing is sent.
#[must_use = "only the completed future tells whether the event is durable"]
pub struct Sending {
    publishing: Publishing,
    /// A copy for the error. `None` after completion.
    kept: Option<Sealed>,
}

struct InProgress {
    event: Announced,
    appending: Traced,
}

/// What is left of a sealed event whose messages are on their way.
pub(crate) struct Announced {
    metadata: Metadata,
    /// The key for the audit line.
    key: Option<String>,
    observer: Option<Arc<dyn Observer>>,
}

impl Publishing {
    pub(super) fn refused(error: PublishError) -> Self {
        Self(Some(Err(error)))
    }

    pub(super) fn of(bus: &Bus, sealed: Sealed) -> Self {
        let (event, messages) = Announced::of(bus, sealed);
        let appending = Traced::begin(bus, event.metadata(), 1, messages);
        Self(Some(Ok(InProgress { event, appending })))
    }

    pub(super) fn try_of(bus: &Bus, sealed: Sealed) -> Result<Self, PublishError> {
        let (event, messages) = Announced::of(bus, sealed);
        let appending = Traced::try_begin(bus, event.metadata(), messages).ok_or(PublishError::QueueFull)?;
        Ok(Self(Some(Ok(InProgress { event, appending }))))
    }
}

impl Announced {
    pub(super) fn of(bus: &Bus, sealed: Sealed) -> (Self, Vec<Outgoing>) {
        let Sealed { metadata, messages, key, .. } = sealed;
        (Self { key, ..Self::without_key(bus, metadata) }, messages)
    }

    /// An event whose key is not logged.
    pub(crate) fn without_key(bus: &Bus, metadata: Metadata) -> Self {
        Self { metadata, key: None, observer: bus.telemetry().observer.clone() }
    }

    pub(crate) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Ends the event with the answer of the log.
    pub(crate) fn answered(
        self,
        answer: Result<Vec<Position>, BatchError>,
    ) -> Result<Published, PublishError> {
        match answer {
            Ok(positions) => Ok(self.published(positions)),
            Err(error) => {
                self.report_published(&error.fates);
                Err(error.into())
            }
        }
    }

    /// Ends an event whose messages are durable.
    pub(super) fn published(self, positions: Vec<Position>) -> Published {
        for position in &positions {
            self.report(position);
        }
        Published { metadata: self.metadata, positions }
    }

    /// Reports the messages of the event that are durable although others are not.
    pub(super) fn report_published(&self, fates: &[Fate]) {
        for fate in fates {
            if let Fate::Published(position) = fate {
                self.report(position);
            }
        }
    }

    /// Logs a message that is durable, and tells the observer.
    fn report(&self, position: &Position) {
        audit_log::published(position, &self.metadata, self.key.as_deref());
        if let Some(observer) = &self.observer {
            let published = Metric::Published.of(1.0).topic(&position.partition.topic);
            observer.record(&published.event_type(&self.metadata.event_type));
        }
    }
}

impl Future for Publishing {
    type Output = Result<Published, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.0 {
            Some(Ok(InProgress { appending, .. })) => ready!(Pin::new(appending).poll(context)),
            Some(Err(_)) | None => Ok(Vec::new()),
        };
        let Some(publishing) = self.0.take() else { return Poll::Pending };
        Poll::Ready(publishing.and_then(|publishing| publishing.event.answered(answer)))
    }
}

impl Future for Sending {
    type Output = Result<Published, SendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(Pin::new(&mut self.publishing).poll(context));
        let Some(kept) = self.kept.take() else { return Poll::Pending };
        Poll::Ready(result.map_err(|error| SendError::new(error, kept)))
    }
}

impl Bus {
    /// Sends a sealed event; durable when the future completes. The event is accepted as by
    /// [`Publisher::publish`](crate::Publisher::publish).
    ///
    /// Sending it again publishes it with the same id. For that, the future keeps a copy of the messages
    /// until it completes; [`Publisher::publish`](crate::Publisher::publish) keeps none.
    ///
    /// # Errors
    /// The bus failed. The error holds the messages that are not known to be published.
    pub fn send(&self, sealed: Sealed) -> Sending {
        let kept = Some(sealed.clone());
        Sending { publishing: Publishing::of(self, sealed), kept }
    }
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publishing").finish_non_exhaustive()
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}
