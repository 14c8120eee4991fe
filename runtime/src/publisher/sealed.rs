use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    Bus, Metadata, PublishError, Published, backend::Outgoing, envelope::is_reserved, publisher::Sending,
    telemetry::is_trace_header,
};

/// An event that is encoded, with its metadata and keys: what
/// [`Publisher::publish`](crate::Publisher::publish) sends. [`Publisher::seal`](crate::Publisher::seal) makes
/// it, [`Bus::send`](crate::Bus::send) sends it.
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Bus, blocking::block_on};
///
/// #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// struct OrderPlaced { id: String }
///
/// let bus = Bus::memory();
/// let sealed = bus.publisher("shop/web").seal(&OrderPlaced { id: "A-17".into() })?;
/// block_on(bus.send(sealed.with_header("tenant", "acme")?))?;
///
/// let received = bus.published_with_metadata::<OrderPlaced>().remove(0);
/// assert_eq!(received.headers().get("tenant"), Some(&b"acme"[..]));
/// # Ok::<(), signalbook_runtime::PublishError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    metadata: Metadata,
    messages: Vec<Outgoing>,
    /// Whether the messages have the trace context in which the event was sealed.
    in_context: bool,
}

/// An event that is being published: the future that [`Publisher::publish`](crate::Publisher::publish) and
/// [`Bus::send`](crate::Bus::send) return. It completes when the event is durable.
#[must_use = "only the completed future tells whether the event is durable"]
pub struct Publishing(Option<Result<Accepted, PublishError>>);

/// An event that the bus has accepted.
struct Accepted {
    metadata: Metadata,
    /// `None` if there is no message to send.
    sending: Option<Sending>,
}

impl Publishing {
    pub(super) fn refused(error: PublishError) -> Self {
        Self(Some(Err(error)))
    }
}

impl Future for Publishing {
    type Output = Result<Published, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let sent = match &mut self.0 {
            Some(Ok(Accepted { sending: Some(sending), .. })) => ready!(Pin::new(sending).poll(context)),
            _ => Ok(Vec::new()),
        };
        let Some(accepted) = self.0.take() else { return Poll::Pending };
        Poll::Ready(accepted.and_then(|accepted| {
            let positions = sent?;
            Ok(Published { metadata: accepted.metadata, positions })
        }))
    }
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publishing").finish_non_exhaustive()
    }
}

impl Sealed {
    pub(super) fn new(metadata: Metadata, messages: Vec<Outgoing>) -> Self {
        Self { metadata, messages, in_context: true }
    }

    /// The metadata of the event.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// A message for each enabled topic.
    pub fn messages(&self) -> &[Outgoing] {
        &self.messages
    }

    /// Adds a header at the end of each message. A `traceparent` or `tracestate` replaces the trace context
    /// in which the event was sealed.
    ///
    /// # Errors
    /// [`PublishError::ReservedHeader`] if the metadata have a header of this name.
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, PublishError> {
        if is_reserved(name) {
            return Err(PublishError::ReservedHeader { name: name.into() });
        }
        let replaces = is_trace_header(name) && mem::take(&mut self.in_context);
        for outgoing in &mut self.messages {
            if replaces {
                outgoing.message.headers.retain(|name, _| !is_trace_header(name));
            }
            outgoing.message.headers.push(name, &value);
        }
        Ok(self)
    }
}

/// Publishes events in one batch, accepted in the call.
pub(super) fn send(
    bus: &Bus,
    events: Vec<Sealed>,
) -> impl Future<Output = Result<Vec<Published>, PublishError>> + Send + use<> {
    let mut messages = Vec::with_capacity(events.len());
    let mut published: Vec<(Metadata, usize)> = Vec::with_capacity(events.len());
    for event in events {
        published.push((event.metadata, event.messages.len()));
        messages.extend(event.messages);
    }
    let first = published.first().map(|(metadata, _)| metadata);
    let sending = first.and_then(|first| accept(bus, first, published.len(), messages));
    async move {
        let positions = match sending {
            Some(sending) => sending.await?,
            None => Vec::new(),
        };
        let mut positions = positions.into_iter();
        let published = published.into_iter().map(|(metadata, count)| Published {
            metadata,
            positions: positions.by_ref().take(count).collect(),
        });
        Ok(published.collect())
    }
}

/// Passes messages to the backend. Returns `None` if there are none.
fn accept(bus: &Bus, metadata: &Metadata, events: usize, messages: Vec<Outgoing>) -> Option<Sending> {
    (!messages.is_empty()).then(|| Sending::begin(bus, metadata, events, messages))
}

impl Bus {
    /// Publishes a sealed event; durable when the future completes. The event is accepted in the call.
    ///
    /// Sending it again publishes it with the same id.
    ///
    /// # Errors
    /// The bus failed.
    pub fn send(&self, sealed: Sealed) -> Publishing {
        let Sealed { metadata, messages, .. } = sealed;
        let sending = accept(self, &metadata, 1, messages);
        Publishing(Some(Ok(Accepted { metadata, sending })))
    }
}
