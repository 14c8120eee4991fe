use std::{
    collections::HashMap,
    fmt, future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    Clock,
    backend::{
        Backend, BackendError, BatchError, BoxFuture, Contract, Outgoing, Position, SchemaIds, Subscriber,
        Subscription,
    },
};

/// A log with a framing of its own, over another backend: each payload with a contract begins with the id of
/// its schema, in Confluent's framing. Use it to test a program for Kafka with a schema
/// registry.
///
/// [`FaultyBackend`](super::FaultyBackend) makes the look-ups of ids slow or fail.
///
/// ```
/// # use signalbook_macros::Event;
/// use std::sync::Arc;
/// use signalbook_runtime::{Bus, MemoryBackend, blocking::block_on, testing::FramingBackend};
///
/// #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// struct OrderPlaced { id: String }
///
/// let log = MemoryBackend::new();
/// let bus = Bus::new(Arc::new(FramingBackend::new(log.clone())));
/// block_on(bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(log.published()[0].message.payload.as_deref(), Some(&b"\0\0\0\0\x01\x08A-17"[..]));
/// # Ok::<(), signalbook_runtime::PublishError>(())
/// ```
#[derive(Clone)]
pub struct FramingBackend(Arc<Framed>);

struct Framed {
    backend: Box<dyn Backend>,
    registry: Mutex<Registry>,
}

/// The schemas by id. The first id is 1.
#[derive(Default)]
struct Registry {
    schemas: Vec<String>,
    ids: HashMap<String, u32>,
}

impl FramingBackend {
    /// Frames the payloads of `backend`.
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self(Arc::new(Framed { backend: Box::new(backend), registry: Mutex::default() }))
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn frame(&self, mut outgoing: Outgoing) -> Outgoing {
        if let (Some(contract), Some(payload)) = (outgoing.contract.take(), &mut outgoing.message.payload) {
            let id = self.registry().id(&contract).to_be_bytes();
            payload.splice(0..0, [&[0], &id[..]].concat());
        }
        outgoing
    }
}

impl Registry {
    fn id(&mut self, contract: &Contract) -> u32 {
        let schema = contract.schema().to_json();
        if let Some(id) = self.ids.get(&schema) {
            return *id;
        }
        self.schemas.push(schema.clone());
        let id = u32::try_from(self.schemas.len()).unwrap_or(u32::MAX);
        self.ids.insert(schema, id);
        id
    }

    fn schema(&self, id: u32) -> Option<String> {
        let index = usize::try_from(id).ok()?.checked_sub(1)?;
        self.schemas.get(index).cloned()
    }
}

impl Backend for FramingBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        self.0.backend.clock()
    }

    fn system(&self) -> &'static str {
        self.0.backend.system()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        self.0.backend.publish(batch.into_iter().map(|outgoing| self.frame(outgoing)).collect())
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.0.backend.subscribe(subscription)
    }

    fn schema_ids(&self) -> Option<&dyn SchemaIds> {
        Some(self)
    }

    fn prepare(&self, contract: &Contract) -> BoxFuture<'static, Result<(), BackendError>> {
        self.registry().id(contract);
        Box::pin(future::ready(Ok(())))
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.backend.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.backend.close()
    }
}

impl SchemaIds for FramingBackend {
    fn schema(&self, id: u32) -> BoxFuture<'static, Result<Option<String>, BackendError>> {
        Box::pin(future::ready(Ok(self.registry().schema(id))))
    }
}

impl fmt::Debug for FramingBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FramingBackend").field(&self.0.backend).finish()
    }
}
