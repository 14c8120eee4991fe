//! The receivers of one event.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{Response, SignalError, Signals};
use crate::{Consumer, Decode, Event, EventType, Metadata, backend::BoxError, consumer::panic_message};

/// The receivers of one event.
pub(super) struct Signal<E> {
    pub(super) receivers: Receivers<E>,
    /// `None` if all receivers are of [`Signals::connect_local`].
    pub(super) relay: Option<AddRelay>,
}

/// The receivers in the order in which they were connected.
pub(super) type Receivers<E> = Arc<Vec<NamedReceiver<E>>>;

pub(super) struct NamedReceiver<E> {
    pub(super) name: Arc<str>,
    pub(super) receiver: Arc<Receiver<E>>,
}

pub(super) type Receiver<E> = dyn Fn(&E, &Metadata) -> Result<(), BoxError> + Send + Sync;

/// Adds a receiver that relays one event type to a consumer.
pub(super) type AddRelay = fn(Consumer, &Signals) -> Consumer;

pub(super) fn add_relay<E>(consumer: Consumer, signals: &Signals) -> Consumer
where
    E: Event + for<'de> Decode<'de> + Send + 'static,
{
    consumer.on(signals.relayed::<E>())
}

/// A [`Signal`], independent of its event.
pub(super) trait AnySignal: Any + Send + Sync {
    fn event_type(&self) -> &'static str;

    /// `None` if there is no receiver, or the event cannot come from a bus.
    fn relay(&self) -> Option<AddRelay>;
}

impl<E: EventType + 'static> AnySignal for Signal<E> {
    fn event_type(&self) -> &'static str {
        E::TYPE
    }

    fn relay(&self) -> Option<AddRelay> {
        self.relay.filter(|_| !self.receivers.is_empty())
    }
}

pub(super) fn call_until_error<E: EventType>(
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

pub(super) fn call_all<E>(receivers: &[NamedReceiver<E>], event: &E, metadata: &Metadata) -> Vec<Response> {
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
        Self { receivers: Arc::default(), relay: None }
    }
}

impl<E> Clone for NamedReceiver<E> {
    fn clone(&self) -> Self {
        Self { name: Arc::clone(&self.name), receiver: Arc::clone(&self.receiver) }
    }
}
