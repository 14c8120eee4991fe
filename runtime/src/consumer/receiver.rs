use std::{
    any::Any as Panic,
    future::{Future, poll_fn},
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use signalbook_model::Schema;

use crate::{
    Decode, Event, Metadata, Reader, Received, SchemaLookups,
    backend::{BoxFuture, Delivery, Message},
    consumer::{Failure, Outcome, audit_log, lanes::Lane, look_ups::ProgramVersion},
    envelope::header,
    schema_of,
};

/// The call of a receiver, with its result.
pub type ReceiverCall = BoxFuture<'static, Result<(), Failure>>;

/// A receiver, independent of the type of its event.
pub(super) trait Receiver: Send + Sync {
    /// The event type of the receiver; empty if it accepts any.
    fn event_type(&self) -> &'static str;

    /// The topics of that type.
    fn topics(&self) -> &'static [&'static str];

    /// The versions that the program has of this type.
    fn versions(&self) -> Vec<ProgramVersion>;

    /// Returns the receiver of one run, which reads events with these look-ups.
    fn open(&self, lookups: &SchemaLookups) -> Box<dyn OpenReceiver>;
}

/// A receiver with the reader of one run.
pub(super) trait OpenReceiver: Send {
    /// Decodes the event for an attempt.
    fn prepare(&mut self, metadata: &Metadata, delivery: &Delivery, attempt: u32) -> Result<Call, Failure>;
}

/// A receiver and the event to call it with.
pub(super) struct Call {
    /// Calls the receiver when it is first polled. A panic of the receiver is a failure.
    pub(super) future: ReceiverCall,
    /// The lane of a keyless message; [`Lane::Free`] for others.
    pub(super) keyless_lane: Lane,
    /// The key for the audit line, unless it must not be logged.
    pub(super) key: Option<String>,
}

pub(super) struct Typed<E, F> {
    receiver: Arc<F>,
    event: PhantomData<fn() -> E>,
}

struct OpenTyped<E, F> {
    receiver: Arc<F>,
    reader: Reader<E>,
}

pub(super) struct Any<F>(Arc<F>);

impl<E, F> Typed<E, F> {
    pub(super) fn new(receiver: F) -> Self {
        Self { receiver: Arc::new(receiver), event: PhantomData }
    }
}

impl<F> Any<F> {
    pub(super) fn new(receiver: F) -> Self {
        Self(Arc::new(receiver))
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

    fn versions(&self) -> Vec<ProgramVersion> {
        let accepted = E::HISTORY.versions(E::TYPE).iter().filter(|accepted| accepted.minor != E::MINOR);
        let accepted = accepted.filter_map(|accepted| {
            let (schema, _irregularities) = Schema::parse_lenient(accepted.schema).ok()?;
            Some((E::TYPE, accepted.minor, schema))
        });
        let own = schema_of::<E>().ok().map(|schema| (E::TYPE, E::MINOR, schema));
        accepted.chain(own).collect()
    }

    fn open(&self, lookups: &SchemaLookups) -> Box<dyn OpenReceiver> {
        let (receiver, reader) = (Arc::clone(&self.receiver), Reader::<E>::with(lookups.clone()));
        Box::new(OpenTyped { receiver, reader })
    }
}

impl<E, F, R> OpenReceiver for OpenTyped<E, F>
where
    E: Event + for<'de> Decode<'de> + Send + 'static,
    F: Fn(Received<E>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    /// Decodes the event with the version that the message names, or with the program's own if it names none.
    fn prepare(&mut self, metadata: &Metadata, delivery: &Delivery, attempt: u32) -> Result<Call, Failure> {
        // A reader is consistent after each step, even if one panicked.
        caught(|| {
            let message = &delivery.message;
            let minor = message.headers.get(header::MINOR_VERSION).is_some().then_some(metadata.minorversion);
            let payload = message.payload.as_deref().unwrap_or_default();
            let event = self.reader.read_payload(minor, payload).map_err(Failure::Read)?;
            let keyless_lane = keyless_lane(&event, message);
            let key = audit_log::key(&event);
            let (receiver, metadata) = (Arc::clone(&self.receiver), metadata.clone());
            let delivery = Delivery { attempt, ..delivery.clone() };
            let future = call_of(move || receiver(Received::new(metadata, event, delivery)));
            Ok(Call { future, keyless_lane, key })
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

    fn versions(&self) -> Vec<ProgramVersion> {
        Vec::new()
    }

    fn open(&self, _: &SchemaLookups) -> Box<dyn OpenReceiver> {
        Box::new(Self(Arc::clone(&self.0)))
    }
}

impl<F, R> OpenReceiver for Any<F>
where
    F: Fn(Received<Vec<u8>>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    fn prepare(&mut self, metadata: &Metadata, delivery: &Delivery, attempt: u32) -> Result<Call, Failure> {
        let (receiver, metadata) = (Arc::clone(&self.0), metadata.clone());
        let delivery = Delivery { attempt, ..delivery.clone() };
        let future = call_of(move || {
            let datum = delivery.message.payload.clone().unwrap_or_default();
            receiver(Received::new(metadata, datum, delivery))
        });
        Ok(Call { future, keyless_lane: Lane::UnknownKey, key: None })
    }
}

/// The lane of an event in a keyless message; [`Lane::Free`] for others.
fn keyless_lane<E: Event>(event: &E, message: &Message) -> Lane {
    if message.key.is_some() {
        return Lane::Free;
    }
    match event.key().map(|key| key.to_vec()).transpose() {
        Ok(Some(key)) => Lane::EventKey(key.into()),
        Ok(None) => Lane::Free,
        Err(_) => Lane::UnknownKey,
    }
}

/// Calls a receiver and runs its future, so that a panic becomes a failure.
fn call_of<R>(call: impl FnOnce() -> R + Send + 'static) -> ReceiverCall
where
    R: Future<Output: Outcome> + Send + 'static,
{
    guarded(|| {
        let future = call();
        async move { future.await.into_result().map_err(Failure::of_receiver) }
    })
}

/// Makes a future when it is first polled, and runs it, so that a panic becomes a failure.
pub(super) fn guarded<R>(make: impl FnOnce() -> R + Send + 'static) -> ReceiverCall
where
    R: Future<Output = Result<(), Failure>> + Send + 'static,
{
    Box::pin(async move {
        let mut future = pin!(caught(make)?);
        poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(panic)),
        })
        .await
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
