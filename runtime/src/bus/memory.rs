use std::{ops::Deref, sync::Arc};

use crate::{
    Bus, Clock, Decode, DecodeError, Event, MemoryBackend, Received, decode,
    envelope::{self, Strictness},
};

/// A bus within this process that records what is published on it: [`Bus::memory`].
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Bus, blocking::block_on};
///
/// #[derive(Debug, PartialEq, Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// struct OrderPlaced { id: String }
///
/// let bus = Bus::memory();
/// block_on(bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(bus.published::<OrderPlaced>(), [OrderPlaced { id: "A-17".into() }]);
/// # Ok::<(), signalbook_runtime::PublishError>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryBus {
    bus: Bus,
    backend: MemoryBackend,
}

impl MemoryBus {
    /// Creates a bus that uses this clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::over(MemoryBackend::with_clock(clock))
    }

    /// Returns the published events of a type, on any topic, in order.
    ///
    /// # Panics
    /// A message of this type cannot be decoded.
    pub fn published<E: Event + for<'de> Decode<'de>>(&self) -> Vec<E> {
        self.published_with_metadata().into_iter().map(|received| received.data).collect()
    }

    /// Like [`published`](Self::published), with the metadata of each event.
    ///
    /// # Panics
    /// A message of this type cannot be decoded.
    pub fn published_with_metadata<E: Event + for<'de> Decode<'de>>(&self) -> Vec<Received<E>> {
        let deliveries = self.backend.published().into_iter();
        let opened = deliveries.filter_map(|delivery| {
            let metadata = envelope::open(&delivery, Strictness::Lenient).ok()?.metadata;
            let is_event = *metadata.event_type == *E::TYPE && delivery.message.payload.is_some();
            is_event.then_some((metadata, delivery))
        });
        let read = opened.map(|(metadata, delivery)| {
            let data: Result<E, DecodeError> =
                decode(delivery.message.payload.as_deref().unwrap_or_default());
            let data =
                data.unwrap_or_else(|error| panic!("a message of `{}` cannot be decoded: {error}", E::TYPE));
            Received::new(metadata, data, delivery)
        });
        read.collect()
    }

    fn over(backend: MemoryBackend) -> Self {
        Self { bus: Bus::new(Arc::new(backend.clone())), backend }
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::over(MemoryBackend::new())
    }
}

impl Deref for MemoryBus {
    type Target = Bus;

    fn deref(&self) -> &Bus {
        &self.bus
    }
}
