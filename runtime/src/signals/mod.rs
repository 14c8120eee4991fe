//! Events within the process: the Open edX Hooks Framework.

mod captured;
mod enabled_types;
mod error;
mod signal;

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    future::{Future, Ready, ready},
    sync::{Arc, PoisonError, RwLock},
};

pub use captured::Captured;
use enabled_types::Switches;
pub(crate) use error::cause;
pub use error::{RelayError, Response, SignalError, UnknownEventTypes};
use signal::{
    AddRelay, AnySignal, NamedReceiver, Receiver, Receivers, Signal, add_relay, call_all, call_until_error,
};

use crate::{
    Clock, Consumer, Decode, Event, EventType, Metadata, Outcome, Publisher, Publishing, Received,
    SystemClock, Text, metadata::Source,
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
/// - [`Consumer::relay`] passes the events from the bus to the receivers, and [`relay`](Self::relay) one
///   event. An event from the bus keeps its metadata and goes to no publisher.
/// - [`connect_local`](Self::connect_local) and [`send_local`](Self::send_local) are for events that stay
///   within the process (`#[event(local)]`).
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
    /// A `Signal<E>` for each `E` that a receiver was connected for.
    signals: RwLock<HashMap<TypeId, Box<dyn AnySignal>>>,
    switches: RwLock<Switches>,
    publishers: RwLock<Arc<Vec<Publisher>>>,
}

impl Signals {
    /// Creates signals without receivers. `source` is the `CloudEvents` name of the service,
    /// `openedx/lms/web`.
    pub fn new(source: impl Into<Text>) -> Self {
        Self::with_clock(source, Arc::new(SystemClock::new()))
    }

    /// Creates signals with a clock that provides the time of events.
    pub fn with_clock(source: impl Into<Text>, clock: Arc<dyn Clock>) -> Self {
        let source = Source::new(source.into());
        Self(Arc::new(Inner {
            source,
            clock,
            signals: RwLock::default(),
            switches: RwLock::default(),
            publishers: RwLock::default(),
        }))
    }

    /// Calls `receiver` for each event `E` from now on. It replaces a receiver of the same name.
    ///
    /// The receiver returns `()`, or a `Result` whose error says why it failed.
    pub fn connect<E, F, R>(&self, name: impl Into<Arc<str>>, receiver: F)
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
        F: Fn(&E, &Metadata) -> R + Send + Sync + 'static,
        R: Outcome,
    {
        let receiver =
            Arc::new(move |event: &E, metadata: &Metadata| receiver(event, metadata).into_result());
        self.insert(name.into(), receiver, Some(add_relay::<E>));
    }

    /// Like [`connect`](Self::connect), for an event that stays within the process (`#[event(local)]`).
    pub fn connect_local<E, F, R>(&self, name: impl Into<Arc<str>>, receiver: F)
    where
        E: EventType + 'static,
        F: Fn(&E, &Metadata) -> R + Send + Sync + 'static,
        R: Outcome,
    {
        let receiver =
            Arc::new(move |event: &E, metadata: &Metadata| receiver(event, metadata).into_result());
        self.insert(name.into(), receiver, None);
    }

    /// Removes the receiver of this name. Returns `false` if it does not exist.
    pub fn disconnect<E: EventType + 'static>(&self, name: &str) -> bool {
        let mut signals = self.0.signals.write().unwrap_or_else(PoisonError::into_inner);
        let Some(signal) = signals.get_mut(&TypeId::of::<E>()) else { return false };
        let receivers = Arc::make_mut(&mut downcast_mut::<E>(signal).receivers);
        let removed: Vec<NamedReceiver<E>> = receivers.extract_if(.., |named| &*named.name == name).collect();
        // Dropping the receivers may disconnect others. Do not hold the lock.
        drop(signals);
        !removed.is_empty()
    }

    /// Returns the event types that receivers were connected for, in alphabetical order. They include those
    /// whose receivers are disconnected again.
    pub fn event_types(&self) -> Vec<&'static str> {
        let signals = self.0.signals.read().unwrap_or_else(PoisonError::into_inner);
        let mut event_types: Vec<_> = signals.values().map(|signal| signal.event_type()).collect();
        event_types.sort_unstable();
        event_types.dedup();
        event_types
    }

    /// Enables sending of events `E` again.
    pub fn enable<E: EventType>(&self) {
        self.switch(&[E::TYPE], true);
    }

    /// Disables sending of events `E`: no receiver is called, and nothing is published.
    pub fn disable<E: EventType>(&self) {
        self.switch(&[E::TYPE], false);
    }

    /// Enables sending of all events again.
    pub fn enable_all(&self) {
        *self.0.switches.write().unwrap_or_else(PoisonError::into_inner) = Switches::all_enabled();
    }

    /// Disables sending of all events, also of those that receivers are connected for later. For example, a
    /// test disables all events and enables those that it is about:
    ///
    /// ```
    /// # use signalbook_macros::Event;
    /// use signalbook_runtime::{EventType, Signals, blocking::block_on};
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[avro(crate = signalbook_runtime)]
    /// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
    /// # struct OrderPlaced { id: String }
    ///
    /// let signals = Signals::new("shop/web");
    /// let captured = signals.capture::<OrderPlaced>();
    /// signals.disable_all();
    /// block_on(signals.send(&OrderPlaced { id: "A-17".into() }))?;
    /// assert_eq!(captured.events(), []);
    ///
    /// signals.enable_types(["com.example.shop.order.placed.v1"])?;
    /// block_on(signals.send(&OrderPlaced { id: "A-17".into() }))?;
    /// assert_eq!(captured.events().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn disable_all(&self) {
        *self.0.switches.write().unwrap_or_else(PoisonError::into_inner) = Switches::all_disabled();
    }

    /// Enables sending of events by the names of their types.
    ///
    /// # Errors
    /// Some of the names are not among the [`event_types`](Self::event_types). Nothing changes.
    pub fn enable_types<T: AsRef<str>>(
        &self,
        event_types: impl IntoIterator<Item = T>,
    ) -> Result<(), UnknownEventTypes> {
        self.switch(&self.find_types(event_types)?, true);
        Ok(())
    }

    /// Disables sending of events by the names of their types.
    ///
    /// # Errors
    /// Some of the names are not among the [`event_types`](Self::event_types). Nothing changes.
    pub fn disable_types<T: AsRef<str>>(
        &self,
        event_types: impl IntoIterator<Item = T>,
    ) -> Result<(), UnknownEventTypes> {
        self.switch(&self.find_types(event_types)?, false);
        Ok(())
    }

    /// Publishes every event that is sent here, with the configuration of the publisher. An event without an
    /// enabled topic stays in the process. Events from the bus ([`relay`](Self::relay)) are not published.
    pub fn forward_to(&self, publisher: &Publisher) {
        let mut publishers = self.0.publishers.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut publishers).push(publisher.clone());
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
        self.send_to(self.announced::<E>(), event)
    }

    /// Like [`send`](Self::send), with given metadata.
    ///
    /// # Errors
    /// See [`send`](Self::send).
    pub fn send_with<E: Event + 'static>(
        &self,
        metadata: Metadata,
        event: &E,
    ) -> impl Future<Output = Result<(), SignalError>> + Send + use<E> {
        self.send_to(self.open::<E>().map(|receivers| (receivers, metadata)), event)
    }

    /// Sends an event to all of its receivers, in the call, and to the publishers, even if some fail. A panic
    /// of a receiver is reported as its failure.
    pub fn send_robust<E: Event + 'static>(
        &self,
        event: &E,
    ) -> impl Future<Output = Vec<Response>> + Send + use<E> {
        self.send_robust_to(self.announced::<E>(), event)
    }

    /// Like [`send_robust`](Self::send_robust), with given metadata.
    pub fn send_robust_with<E: Event + 'static>(
        &self,
        metadata: Metadata,
        event: &E,
    ) -> impl Future<Output = Vec<Response>> + Send + use<E> {
        self.send_robust_to(self.open::<E>().map(|receivers| (receivers, metadata)), event)
    }

    /// Sends an event that stays within the process to its receivers until one fails. A panic of a receiver
    /// propagates.
    ///
    /// # Errors
    /// A receiver failed.
    pub fn send_local<E: EventType + 'static>(&self, event: &E) -> Result<(), SignalError> {
        self.announced::<E>()
            .map_or(Ok(()), |(receivers, metadata)| call_until_error(&receivers, event, &metadata))
    }

    /// Sends an event that stays within the process to all of its receivers. A panic of a receiver is
    /// reported as its failure.
    pub fn send_local_robust<E: EventType + 'static>(&self, event: &E) -> Vec<Response> {
        self.announced::<E>()
            .map_or_else(Vec::new, |(receivers, metadata)| call_all(&receivers, event, &metadata))
    }

    /// Sends an event from the bus to all of its receivers, with its metadata. The event is not published
    /// again.
    pub fn relay<E: EventType + 'static>(&self, received: &Received<E>) -> Vec<Response> {
        let receivers = self.open::<E>();
        receivers.map_or_else(Vec::new, |receivers| call_all(&receivers, &received.data, &received.metadata))
    }

    /// Returns a receiver for a [`Consumer`] that [relays](Self::relay) events `E`:
    /// `consumer.on(signals.relayed::<OrderPlaced>())`. [`Consumer::relay`] adds one for each event type.
    ///
    /// All receivers are called. If some fail, the error names them, and the consumer retries the event with
    /// every receiver, unless they [refuse](RelayError::refusal) it.
    pub fn relayed<E: EventType + 'static>(
        &self,
    ) -> impl Fn(Received<E>) -> Ready<Result<(), RelayError>> + Send + Sync + use<E> {
        let signals = self.clone();
        move |received| ready(RelayError::check(signals.relay(&received)))
    }

    /// Records every event `E` that is sent until the returned value is dropped. For tests.
    pub fn capture<E>(&self) -> Captured<E>
    where
        E: Event + for<'de> Decode<'de> + Clone + Send + 'static,
    {
        Captured::connect(self.clone(), Some(add_relay::<E>))
    }

    /// Like [`capture`](Self::capture), for an event that stays within the process (`#[event(local)]`).
    pub fn capture_local<E: EventType + Clone + Send + 'static>(&self) -> Captured<E> {
        Captured::connect(self.clone(), None)
    }

    /// Adds a receiver to a consumer for each event type of [`Consumer::relay`].
    pub(crate) fn add_relays(&self, consumer: Consumer) -> Consumer {
        let signals = self.0.signals.read().unwrap_or_else(PoisonError::into_inner);
        let relays = signals.values().filter_map(|signal| signal.relay());
        relays.fold(consumer, |consumer, add_relay| add_relay(consumer, self))
    }

    fn metadata<E: EventType>(&self) -> Metadata {
        self.0.source.announce(Text::from_static(E::TYPE), E::MINOR, self.0.clock.now())
    }

    /// The receivers of an event, or `None` if it is disabled. They are called without a lock, so that they
    /// may connect and send.
    fn open<E: EventType + 'static>(&self) -> Option<Receivers<E>> {
        if !self.0.switches.read().unwrap_or_else(PoisonError::into_inner).is_enabled(E::TYPE) {
            return None;
        }
        let signals = self.0.signals.read().unwrap_or_else(PoisonError::into_inner);
        let signal: Option<&dyn Any> = signals.get(&TypeId::of::<E>()).map(|signal| &**signal as _);
        let signal = signal.and_then(|signal| signal.downcast_ref::<Signal<E>>());
        Some(signal.map_or_else(Arc::default, |signal| Arc::clone(&signal.receivers)))
    }

    /// The receivers of an event that happens now with its metadata, or `None` if it is disabled.
    fn announced<E: EventType + 'static>(&self) -> Option<(Receivers<E>, Metadata)> {
        self.open::<E>().map(|receivers| (receivers, self.metadata::<E>()))
    }

    fn insert<E: EventType + 'static>(
        &self,
        name: Arc<str>,
        receiver: Arc<Receiver<E>>,
        relay: Option<AddRelay>,
    ) {
        let mut signals = self.0.signals.write().unwrap_or_else(PoisonError::into_inner);
        let signal = signals.entry(TypeId::of::<E>()).or_insert_with(|| Box::new(Signal::<E>::default()));
        let signal = downcast_mut::<E>(signal);
        signal.relay = signal.relay.or(relay);
        let receivers = Arc::make_mut(&mut signal.receivers);
        let named = NamedReceiver { name, receiver };
        let replaced = if let Some(earlier) = receivers.iter_mut().find(|earlier| earlier.name == named.name)
        {
            Some(std::mem::replace(earlier, named))
        } else {
            receivers.push(named);
            None
        };
        // Dropping the receiver may disconnect others. Do not hold the lock.
        drop(signals);
        drop(replaced);
    }

    /// Returns the event types with these names.
    fn find_types<T: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = T>,
    ) -> Result<Vec<&'static str>, UnknownEventTypes> {
        let known = self.event_types();
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for name in names {
            match known.iter().find(|known| **known == name.as_ref()) {
                Some(known) => found.push(*known),
                None => unknown.push(name.as_ref().into()),
            }
        }
        if unknown.is_empty() { Ok(found) } else { Err(UnknownEventTypes { unknown, known }) }
    }

    fn switch(&self, event_types: &[&'static str], is_enabled: bool) {
        let mut switches = self.0.switches.write().unwrap_or_else(PoisonError::into_inner);
        for event_type in event_types {
            switches.set(event_type, is_enabled);
        }
    }

    fn send_to<E: Event>(
        &self,
        opened: Option<(Receivers<E>, Metadata)>,
        event: &E,
    ) -> impl Future<Output = Result<(), SignalError>> + Send + use<E> {
        let sent = opened.map_or(Ok(Vec::new()), |(receivers, metadata)| {
            call_until_error(&receivers, event, &metadata)?;
            Ok(self.forward(&metadata, event))
        });
        async move {
            let mut outcome = Ok(());
            for publishing in sent? {
                outcome = outcome.and(publishing.await.map(drop));
            }
            outcome.map_err(|source| SignalError::Publish { event_type: E::TYPE, source })
        }
    }

    fn send_robust_to<E: Event>(
        &self,
        opened: Option<(Receivers<E>, Metadata)>,
        event: &E,
    ) -> impl Future<Output = Vec<Response>> + Send + use<E> {
        let (mut responses, publishing) = opened.map_or_else(Default::default, |(receivers, metadata)| {
            (call_all(&receivers, event, &metadata), self.forward(&metadata, event))
        });
        async move {
            for publishing in publishing {
                let result = publishing.await.map(drop).map_err(Into::into);
                responses.push(Response { receiver: "publisher".into(), result });
            }
            responses
        }
    }

    fn forward<E: Event>(&self, metadata: &Metadata, event: &E) -> Vec<Publishing> {
        let publishers = Arc::clone(&self.0.publishers.read().unwrap_or_else(PoisonError::into_inner));
        publishers.iter().filter_map(|publisher| publisher.forward(metadata.clone(), event)).collect()
    }
}

fn downcast_mut<E: EventType + 'static>(signal: &mut Box<dyn AnySignal>) -> &mut Signal<E> {
    let signal: &mut dyn Any = &mut **signal;
    signal.downcast_mut().expect("the entry of a type holds the signal of that type")
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals").field("source", &self.0.source).finish_non_exhaustive()
    }
}
