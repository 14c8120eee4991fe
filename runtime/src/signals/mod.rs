//! Events within the process: the Open edX Hooks Framework.

mod capture;
mod error;

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    future::{Future, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
};

pub use capture::Captured;
pub use error::{Response, SignalError};

use crate::{
    Clock, Event, EventType, Metadata, Outcome, PublishError, Published, Publisher, Received, SystemClock,
    backend::{BoxError, BoxFuture},
    consumer::panic_message,
    metadata::Source,
};

/// The signals of one source, typed by event: receivers in the process, and publishers that the events are
/// forwarded to.
///
/// There is no global state: a test creates its own signals. Clones are handles on the same signals.
///
/// - [`send`](Self::send) and [`send_robust`](Self::send_robust) call the receivers *in the call*, on this
///   thread, in the order in which they were connected, and pass the event to the publishers of
///   [`forward_to`](Self::forward_to). The returned future completes when the publishers have made the event
///   durable.
/// - [`relay`](Self::relay) does so for an event from the bus. The event keeps its metadata and goes to no
///   publisher.
/// - [`send_local`](Self::send_local) sends an event that stays within the process (`#[event(local)]`).
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Bus, Signals, blocking::block_on};
///
/// #[derive(Clone, Debug, PartialEq, Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// struct OrderPlaced { id: String }
///
/// let bus = Bus::memory();
/// let signals = Signals::new("shop/web");
/// signals.connect("stock", |event: &OrderPlaced, _| {
///     if event.id.is_empty() { Err("an order without id") } else { Ok(()) }
/// });
/// signals.forward_to(&bus.publisher("shop/web"));
///
/// block_on(signals.send(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(bus.published::<OrderPlaced>().len(), 1);
///
/// let error = block_on(signals.send(&OrderPlaced { id: String::new() })).expect_err("no id");
/// assert!(error.to_string().ends_with("failed: an order without id"));
/// assert_eq!(bus.published::<OrderPlaced>().len(), 1);
/// # Ok::<(), signalbook_runtime::SignalError>(())
/// ```
#[derive(Clone)]
pub struct Signals(Arc<Inner>);

struct Inner {
    source: Source,
    clock: Arc<dyn Clock>,
    /// A `Signal<E>` for each `E`.
    signals: RwLock<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
    publishers: RwLock<Vec<Publisher>>,
}

/// The receivers of one event.
struct Signal<E> {
    receivers: Arc<Vec<NamedReceiver<E>>>,
    disabled: bool,
}

struct NamedReceiver<E> {
    name: Arc<str>,
    receiver: Arc<Receiver<E>>,
}

type Receiver<E> = dyn Fn(&E, &Metadata) -> Result<(), BoxError> + Send + Sync;

impl Signals {
    /// Creates signals without receivers. `source` is the `CloudEvents` name of the service,
    /// `openedx/lms/web`.
    pub fn new(source: impl Into<Arc<str>>) -> Self {
        Self::with_clock(source, Arc::new(SystemClock::new()))
    }

    /// Creates signals with a clock that provides the time of events.
    pub fn with_clock(source: impl Into<Arc<str>>, clock: Arc<dyn Clock>) -> Self {
        let source = Source::new(source.into());
        Self(Arc::new(Inner { source, clock, signals: RwLock::default(), publishers: RwLock::default() }))
    }

    /// Calls `receiver` for each event `E` from now on. It replaces a receiver of the same name.
    ///
    /// The receiver returns `()`, or a `Result` whose error says why it failed.
    pub fn connect<E, F, R>(&self, name: impl Into<Arc<str>>, receiver: F)
    where
        E: EventType + 'static,
        F: Fn(&E, &Metadata) -> R + Send + Sync + 'static,
        R: Outcome,
    {
        let name = name.into();
        let receiver: Arc<Receiver<E>> =
            Arc::new(move |event, metadata| receiver(event, metadata).into_result());
        let replaced = self.change(|signal: &mut Signal<E>| {
            let receivers = Arc::make_mut(&mut signal.receivers);
            if let Some(named) = receivers.iter_mut().find(|named| named.name == name) {
                return Some(std::mem::replace(&mut named.receiver, receiver));
            }
            receivers.push(NamedReceiver { name, receiver });
            None
        });
        // Dropping the receiver may disconnect others. Do not hold the lock.
        drop(replaced);
    }

    /// Removes the receiver of this name. Returns `false` if it does not exist.
    pub fn disconnect<E: EventType + 'static>(&self, name: &str) -> bool {
        let removed: Vec<NamedReceiver<E>> = self.change(|signal: &mut Signal<E>| {
            Arc::make_mut(&mut signal.receivers).extract_if(.., |named| &*named.name == name).collect()
        });
        // Dropping the receivers may disconnect others. Do not hold the lock.
        !removed.is_empty()
    }

    /// Enables sending of events `E` again.
    pub fn enable<E: EventType + 'static>(&self) {
        self.change(|signal: &mut Signal<E>| signal.disabled = false);
    }

    /// Disables sending of events `E`: no receiver is called, and nothing is published.
    pub fn disable<E: EventType + 'static>(&self) {
        self.change(|signal: &mut Signal<E>| signal.disabled = true);
    }

    /// Publishes every event that is sent here, with the configuration of the publisher. An event without an
    /// enabled topic stays in the process. Events from the bus ([`relay`](Self::relay)) are not published.
    pub fn forward_to(&self, publisher: &Publisher) {
        self.0.publishers.write().unwrap_or_else(PoisonError::into_inner).push(publisher.clone());
    }

    /// Sends an event to its receivers, in the call, until one fails. If all succeed, it forwards the event
    /// to the publishers. A panic of a receiver propagates.
    ///
    /// # Errors
    /// A receiver failed; the remaining ones were not called. Or a publisher failed; all receivers were
    /// called.
    pub fn send<E: Event + 'static>(
        &self,
        event: &E,
    ) -> impl Future<Output = Result<(), SignalError>> + Send + use<E> {
        let sent = match self.open::<E>() {
            None => Ok(Vec::new()),
            Some(receivers) => {
                let metadata = self.metadata::<E>();
                call_until_error(&receivers, event, &metadata).map(|()| self.forward(&metadata, event))
            }
        };
        async move {
            let mut outcome = Ok(());
            for publishing in sent? {
                outcome = outcome.and(publishing.await.map(drop));
            }
            outcome.map_err(|source| SignalError::Publish { event_type: E::TYPE, source })
        }
    }

    /// Sends an event to all of its receivers, in the call, and to the publishers, even if some fail. A panic
    /// of a receiver is reported as its failure.
    pub fn send_robust<E: Event + 'static>(
        &self,
        event: &E,
    ) -> impl Future<Output = Vec<Response>> + Send + use<E> {
        let mut responses = Vec::new();
        let mut publishing = Vec::new();
        if let Some(receivers) = self.open::<E>() {
            let metadata = self.metadata::<E>();
            responses = call_all(&receivers, event, &metadata);
            publishing = self.forward(&metadata, event);
        }
        async move {
            for publishing in publishing {
                let result = publishing.await.map(drop).map_err(Into::into);
                responses.push(Response { receiver: "publisher".into(), result });
            }
            responses
        }
    }

    /// Sends an event that stays within the process to its receivers until one fails. A panic of a receiver
    /// propagates.
    ///
    /// # Errors
    /// A receiver failed.
    pub fn send_local<E: EventType + 'static>(&self, event: &E) -> Result<(), SignalError> {
        self.open::<E>()
            .map_or(Ok(()), |receivers| call_until_error(&receivers, event, &self.metadata::<E>()))
    }

    /// Sends an event that stays within the process to all of its receivers. A panic of a receiver is
    /// reported as its failure.
    pub fn send_local_robust<E: EventType + 'static>(&self, event: &E) -> Vec<Response> {
        self.open::<E>().map_or_else(Vec::new, |receivers| call_all(&receivers, event, &self.metadata::<E>()))
    }

    /// Sends an event from the bus to all of its receivers, with its metadata. The event is not published
    /// again.
    pub fn relay<E: EventType + 'static>(&self, received: &Received<E>) -> Vec<Response> {
        let receivers = self.open::<E>();
        receivers.map_or_else(Vec::new, |receivers| call_all(&receivers, &received.data, &received.metadata))
    }

    /// Returns a receiver for a [`Consumer`](crate::Consumer) that [relays](Self::relay):
    /// `consumer.on(signals.relayed::<OrderPlaced>())`. It fails with the first error, so that the consumer
    /// retries the event, with every receiver.
    pub fn relayed<E: EventType + 'static>(
        &self,
    ) -> impl Fn(Received<E>) -> std::future::Ready<Result<(), BoxError>> + Send + Sync + use<E> {
        let signals = self.clone();
        move |received| ready(signals.relay(&received).into_iter().try_for_each(|response| response.result))
    }

    /// Records every event `E` that is sent until the returned value is dropped. For tests.
    pub fn capture<E: EventType + Clone + Send + 'static>(&self) -> Captured<E> {
        Captured::connect(self.clone())
    }

    fn metadata<E: EventType>(&self) -> Metadata {
        self.0.source.announce(E::TYPE.into(), E::MINOR, self.0.clock.now())
    }

    /// The receivers of an event, or `None` if it is disabled. They are called without a lock, so that they
    /// may connect and send.
    fn open<E: EventType + 'static>(&self) -> Option<Arc<Vec<NamedReceiver<E>>>> {
        let signals = self.0.signals.read().unwrap_or_else(PoisonError::into_inner);
        match signals.get(&TypeId::of::<E>()).and_then(|signal| signal.downcast_ref::<Signal<E>>()) {
            Some(signal) => (!signal.disabled).then(|| Arc::clone(&signal.receivers)),
            None => Some(Arc::default()),
        }
    }

    fn change<E: 'static, T>(&self, change: impl FnOnce(&mut Signal<E>) -> T) -> T {
        let mut signals = self.0.signals.write().unwrap_or_else(PoisonError::into_inner);
        let signal = signals.entry(TypeId::of::<E>()).or_insert_with(|| Box::new(Signal::<E>::default()));
        change(signal.downcast_mut().expect("the entry of a type holds the signal of that type"))
    }

    fn forward<E: Event>(
        &self,
        metadata: &Metadata,
        event: &E,
    ) -> Vec<BoxFuture<'static, Result<Published, PublishError>>> {
        let publishers = self.0.publishers.read().unwrap_or_else(PoisonError::into_inner).clone();
        publishers.iter().filter_map(|publisher| publisher.forward(metadata.clone(), event)).collect()
    }
}

fn call_until_error<E: EventType>(
    receivers: &[NamedReceiver<E>],
    event: &E,
    metadata: &Metadata,
) -> Result<(), SignalError> {
    receivers.iter().try_for_each(|NamedReceiver { name, receiver }| {
        let failed =
            |source| SignalError::Receiver { event_type: E::TYPE, receiver: Arc::clone(name), source };
        receiver(event, metadata).map_err(failed)
    })
}

fn call_all<E>(receivers: &[NamedReceiver<E>], event: &E, metadata: &Metadata) -> Vec<Response> {
    let call = |NamedReceiver { name, receiver }: &NamedReceiver<E>| {
        let result = catch_unwind(AssertUnwindSafe(|| receiver(event, metadata)));
        let result =
            result.unwrap_or_else(|panic| Err(format!("panicked: {}", panic_message(&*panic)).into()));
        Response { receiver: Arc::clone(name), result }
    };
    receivers.iter().map(call).collect()
}

impl<E> Default for Signal<E> {
    fn default() -> Self {
        Self { receivers: Arc::default(), disabled: false }
    }
}

impl<E> Clone for NamedReceiver<E> {
    fn clone(&self) -> Self {
        Self { name: Arc::clone(&self.name), receiver: Arc::clone(&self.receiver) }
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals").field("source", &self.0.source).finish_non_exhaustive()
    }
}
