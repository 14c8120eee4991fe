use std::{
    any::Any as Panic,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Mutex, PoisonError},
    task::Poll,
};

use crate::{
    Decode, Event, Metadata, Reader, Received, SchemaLookups,
    backend::{BoxError, BoxFuture, Delivery, Message},
    consumer::{Failure, audit},
    envelope::header,
};

/// What a receiver may return: `()`, or a `Result` with any error.
#[diagnostic::on_unimplemented(
    message = "a receiver cannot return `{Self}`",
    label = "neither `()` nor a `Result<(), _>` whose error converts into `Box<dyn Error + Send + Sync>`"
)]
pub trait Outcome {
    /// Converts the outcome into a result.
    ///
    /// # Errors
    /// Why the receiver failed.
    fn into_result(self) -> Result<(), BoxError>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// A receiver, independent of the type of its event.
pub(super) trait Receiver: Send + Sync {
    /// The event type of the receiver; empty if it accepts any.
    fn event_type(&self) -> &'static str;

    /// The topics of that type.
    fn topics(&self) -> &'static [&'static str];

    /// Decodes the event and calls the receiver. A panic of the receiver is a failure.
    fn call(&self, metadata: Metadata, delivery: Delivery, lookups: &SchemaLookups) -> Result<Call, Failure>;
}

/// A receiver that has been called.
pub(super) struct Call {
    pub(super) future: BoxFuture<'static, Result<(), Failure>>,
    /// The key for the audit line, unless it must not be logged.
    pub(super) key: Option<String>,
}

pub(super) struct Typed<E, F> {
    receiver: F,
    /// Created with the first event, when the consumer is fully configured.
    reader: Mutex<Option<Reader<E>>>,
}

pub(super) struct Any<F>(F);

impl<E: Event + for<'de> Decode<'de>, F> Typed<E, F> {
    pub(super) fn new(receiver: F) -> Self {
        Self { receiver, reader: Mutex::new(None) }
    }

    /// Decodes a message with the version that it names, or with the program's own if it names none.
    fn read(&self, metadata: &Metadata, message: &Message, lookups: &SchemaLookups) -> Result<E, Failure> {
        let minor = message.headers.get(header::MINOR_VERSION).is_some().then_some(metadata.minorversion);
        // A reader is consistent after each step, even if one panicked.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = reader.get_or_insert_with(|| Reader::with(lookups.clone()));
        reader.read_payload(minor, message.payload.as_deref().unwrap_or_default()).map_err(Failure::Read)
    }
}

impl<F> Any<F> {
    pub(super) fn new(receiver: F) -> Self {
        Self(receiver)
    }
}

impl<E, F, R> Receiver for Typed<E, F>
where
    E: Event + for<'de> Decode<'de> + Send + 'static,
    F: Fn(Received<E>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    fn event_type(&self) -> &'static str {
        E::TYPE
    }

    fn topics(&self) -> &'static [&'static str] {
        E::TOPICS
    }

    fn call(&self, metadata: Metadata, delivery: Delivery, lookups: &SchemaLookups) -> Result<Call, Failure> {
        caught(|| {
            let event = self.read(&metadata, &delivery.message, lookups)?;
            let key = audit::key(&event);
            let future = (self.receiver)(Received::new(metadata, event, delivery));
            Ok(Call { future: guarded(future), key })
        })?
    }
}

impl<F, R> Receiver for Any<F>
where
    F: Fn(Received<Vec<u8>>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    fn event_type(&self) -> &'static str {
        ""
    }

    fn topics(&self) -> &'static [&'static str] {
        &[]
    }

    fn call(&self, metadata: Metadata, delivery: Delivery, _: &SchemaLookups) -> Result<Call, Failure> {
        let datum = delivery.message.payload.clone().unwrap_or_default();
        let future = caught(|| (self.0)(Received::new(metadata, datum, delivery)))?;
        Ok(Call { future: guarded(future), key: None })
    }
}

/// Wraps the future of a receiver, so that a panic becomes a failure.
fn guarded<R>(future: R) -> BoxFuture<'static, Result<(), Failure>>
where
    R: Future<Output: Outcome> + Send + 'static,
{
    Box::pin(async move {
        let mut future = pin!(future);
        let outcome = poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        });
        outcome.await?.into_result().map_err(Failure::Receiver)
    })
}

/// A later call uses its own values: it does not see what a panic left half-changed.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(call))
        .map_err(|panic| Failure::Panic { message: panic_message(&*panic).into() })
}

/// The message of a panic, if it is text.
pub(crate) fn panic_message(panic: &(dyn Panic + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (None, Some(message)) => message,
        (None, None) => "a value that is not text",
    }
}
