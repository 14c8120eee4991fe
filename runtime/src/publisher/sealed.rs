use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    Bus, Metadata, PublishError, Published,
    backend::{BatchError, BoxFuture, Outgoing, Position},
    envelope::is_reserved,
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

type Sending = BoxFuture<'static, Result<Vec<Position>, BatchError>>;

impl Publishing {
    pub(super) fn refused(error: PublishError) -> Self {
        Self(Some(Err(error)))
    }
}

impl Future for Publishing {
    type Output = Result<Published, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let sent = match &mut self.0 {
            Some(Ok(Accepted { sending: Some(sending), .. })) => ready!(sending.as_mut().poll(context)),
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
        Self { metadata, messages }
    }

    /// The metadata of the event.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// A message for each enabled topic.
    pub fn messages(&self) -> &[Outgoing] {
        &self.messages
    }

    /// Adds a header at the end of each message.
    ///
    /// # Errors
    /// [`PublishError::ReservedHeader`] if the metadata have a header of this name.
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, PublishError> {
        if is_reserved(name) {
            return Err(PublishError::ReservedHeader { name: name.into() });
        }
        for outgoing in &mut self.messages {
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
    let mut published = Vec::with_capacity(events.len());
    for event in events {
        published.push((event.metadata, event.messages.len()));
        messages.extend(event.messages);
    }
    let sending = accept(bus, messages);
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
fn accept(bus: &Bus, messages: Vec<Outgoing>) -> Option<Sending> {
    (!messages.is_empty()).then(|| bus.backend().publish(messages))
}

impl Bus {
    /// Publishes a sealed event; durable when the future completes. The event is accepted in the call.
    ///
    /// Sending it again publishes it with the same id.
    ///
    /// # Errors
    /// The bus failed.
    pub fn send(&self, sealed: Sealed) -> Publishing {
        let Sealed { metadata, messages } = sealed;
        Publishing(Some(Ok(Accepted { metadata, sending: accept(self, messages) })))
    }
}
