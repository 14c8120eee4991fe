use signalbook_model::Json;

use super::check_size;
use crate::{
    DEFAULT_MAX_BYTES, Metadata, PublishError, backend::Outgoing, envelope::is_reserved,
    telemetry::replaced_by,
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
#[derive(Clone, Debug)]
pub struct Sealed {
    pub(super) metadata: Metadata,
    pub(super) messages: Vec<Outgoing>,
    /// The key for the audit line.
    pub(super) key: Option<String>,
    /// The limit of the size of each message.
    pub(super) max_bytes: usize,
}

impl Sealed {
    /// An event that was read, whose publisher is not known.
    pub(super) fn read(metadata: Metadata, messages: Vec<Outgoing>) -> Self {
        let sizes = messages.iter().map(|outgoing| outgoing.message.size());
        let max_bytes = sizes.fold(DEFAULT_MAX_BYTES, usize::max);
        Self { metadata, messages, key: None, max_bytes }
    }

    /// The metadata of the event.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// A message for each enabled topic.
    pub fn messages(&self) -> &[Outgoing] {
        &self.messages
    }

    /// Returns each message as a line that `signalbook publish` takes, without a line break: `{"unreadable":
    /// {"headers": ..., "key": ..., "payload": ...}}`, with the object of [`Message::to_json`]. The line does
    /// not have the topic. It contains the data of the event.
    ///
    /// [`Message::to_json`]: crate::backend::Message::to_json
    pub fn to_lines(&self) -> impl Iterator<Item = String> {
        let lines = self.messages.iter().map(|outgoing| outgoing.message.to_json());
        lines.map(|message| Json::object([("unreadable", message)]).to_line())
    }

    /// Adds a header at the end of each message.
    ///
    /// The messages have the trace context in which the event was sealed. A `traceparent` replaces the
    /// context as a whole, with its `tracestate`; a `tracestate` replaces the one before. So set the
    /// `tracestate` of another context after its `traceparent`.
    ///
    /// # Errors
    /// [`PublishError::ReservedHeader`] if the metadata have a header of this name.
    /// [`PublishError::TooLarge`] if a message is then larger than the limit of the publisher that sealed the
    /// event; the limit of one that was read from bytes is [`DEFAULT_MAX_BYTES`], or its size if that is
    /// larger.
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, PublishError> {
        if is_reserved(name) {
            return Err(PublishError::ReservedHeader { name: name.into() });
        }
        let replaced = replaced_by(name);
        for outgoing in &mut self.messages {
            let headers = &mut outgoing.message.headers;
            headers.retain(|name, _| !replaced.contains(&name));
            headers.push(name, &value);
            check_size(&self.metadata.event_type, &outgoing.message, self.max_bytes)?;
        }
        Ok(self)
    }
}

impl PartialEq for Sealed {
    fn eq(&self, other: &Self) -> bool {
        let Self { metadata, messages, .. } = self;
        (metadata, messages) == (&other.metadata, &other.messages)
    }
}

impl Eq for Sealed {}
