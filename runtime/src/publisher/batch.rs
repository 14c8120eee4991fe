use super::{Publisher, Traced, publishing::Announced};
use crate::{Bus, Event, Metadata, PublishError, Published, Sealed, backend::BoxFuture};

/// Events of any types that are published in one batch: [`Publisher::batch`].
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
/// #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.stock.reserved.v1", topics = ["stock"])]
/// struct StockReserved { order: String }
///
/// let bus = Bus::memory();
/// let publisher = bus.publisher("shop/web");
/// let placed = OrderPlaced { id: "A-17".into() };
/// let reserved = StockReserved { order: "A-17".into() };
/// let published = block_on(publisher.batch().add(&placed)?.add(&reserved)?.send())?;
/// assert_eq!(published.len(), 2);
/// # Ok::<(), signalbook_runtime::PublishError>(())
/// ```
#[derive(Debug)]
#[must_use = "a batch is published by `send`"]
pub struct EventBatch<'p> {
    publisher: &'p Publisher,
    events: Vec<Sealed>,
}

impl<'p> EventBatch<'p> {
    pub(super) fn new(publisher: &'p Publisher) -> Self {
        Self { publisher, events: Vec::new() }
    }

    /// Adds an event at the end.
    ///
    /// # Errors
    /// See [`Publisher::seal`]. The batch is dropped, so no event of it is published.
    #[expect(clippy::should_implement_trait, reason = "`add(&event)?` is no operator")]
    pub fn add<E: Event>(mut self, event: &E) -> Result<Self, PublishError> {
        self.events.push(self.publisher.seal(event)?);
        Ok(self)
    }

    /// Like [`add`](Self::add), with given metadata.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn add_with<E: Event>(mut self, metadata: Metadata, event: &E) -> Result<Self, PublishError> {
        self.events.push(self.publisher.seal_with(metadata, event)?);
        Ok(self)
    }

    /// Publishes the events in one call of the backend, in order. They are accepted as by
    /// [`Publisher::publish`].
    ///
    /// # Errors
    /// The bus failed.
    pub fn send(self) -> BoxFuture<'static, Result<Vec<Published>, PublishError>> {
        send(&self.publisher.bus, self.events)
    }
}

fn send(bus: &Bus, sealed: Vec<Sealed>) -> BoxFuture<'static, Result<Vec<Published>, PublishError>> {
    let mut messages = Vec::with_capacity(sealed.len());
    let mut events = Vec::with_capacity(sealed.len());
    for sealed in sealed {
        let (event, of_event) = Announced::of(bus, sealed);
        events.push((event, of_event.len()));
        messages.extend(of_event);
    }
    let first = events.first().map(|(event, _)| event.metadata());
    let appending = first.map(|first| Traced::begin(bus, first, events.len(), messages));
    Box::pin(async move {
        let answer = match appending {
            Some(appending) => appending.await,
            None => Ok(Vec::new()),
        };
        match answer {
            Ok(positions) => {
                let mut positions = positions.into_iter();
                let published = events
                    .into_iter()
                    .map(|(event, count)| event.published(positions.by_ref().take(count).collect()));
                Ok(published.collect())
            }
            Err(error) => {
                let mut fates = &error.fates[..];
                for (event, count) in events {
                    let (of_event, others) = fates.split_at(count.min(fates.len()));
                    event.report_published(of_event);
                    fates = others;
                }
                Err(error.into())
            }
        }
    })
}
