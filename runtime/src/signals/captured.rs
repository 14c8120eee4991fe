use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::signal::AddRelay;
use crate::{EventType, Metadata, Signals};

/// The events `E` that were sent since [`Signals::capture`].
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Signals, blocking::block_on};
///
/// #[derive(Clone, Debug, PartialEq, Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// struct OrderPlaced { id: String }
///
/// let signals = Signals::new("shop/web");
/// let captured = signals.capture::<OrderPlaced>();
/// block_on(signals.send(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(captured.events(), [OrderPlaced { id: "A-17".into() }]);
/// # Ok::<(), signalbook_runtime::SignalError>(())
/// ```
pub struct Captured<E: EventType + 'static> {
    signals: Signals,
    name: Arc<str>,
    events: Arc<Mutex<Vec<(E, Metadata)>>>,
}

impl<E: EventType + Clone + Send + 'static> Captured<E> {
    pub(super) fn connect(signals: Signals, relay: Option<AddRelay>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name: Arc<str> = format!("capture-{}", COUNT.fetch_add(1, Ordering::Relaxed)).into();
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&events);
        let receiver = Arc::new(move |event: &E, metadata: &Metadata| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push((event.clone(), metadata.clone()));
            Ok(())
        });
        signals.insert(Arc::clone(&name), receiver, relay);
        Self { signals, name, events }
    }

    /// Returns the events in the order in which they were sent.
    pub fn events(&self) -> Vec<E> {
        self.with_metadata().into_iter().map(|(event, _)| event).collect()
    }

    /// Returns the events with their metadata.
    pub fn with_metadata(&self) -> Vec<(E, Metadata)> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<E: EventType + 'static> Drop for Captured<E> {
    fn drop(&mut self) {
        self.signals.disconnect::<E>(&self.name);
    }
}

impl<E: EventType + 'static> fmt::Debug for Captured<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured").field("event_type", &E::TYPE).finish_non_exhaustive()
    }
}
