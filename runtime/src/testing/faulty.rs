use std::{
    fmt, future,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    Clock,
    backend::{
        Admin, Backend, BackendError, Batch, BatchError, BoxFuture, Contract, ErrorKind, GroupInfo, KeyOrder,
        MessageRange, Outgoing, Partition, PartitionInfo, Position, Rebalance, SchemaIds, SchemaStore, Start,
        Subscriber, Subscription,
    },
};

/// A backend whose calls fail or hang, as a test specifies.
///
/// ```
/// use std::sync::Arc;
/// use signalbook_runtime::{
///     Bus, MemoryBackend,
///     backend::{ErrorKind, Message},
///     blocking::block_on,
///     testing::{Call, Fault, FaultyBackend},
/// };
///
/// // The first call of `publish` fails.
/// let backend = FaultyBackend::new(MemoryBackend::new(), |call, n| match (call, n) {
///     (Call::Publish, 0) => Fault::Error(ErrorKind::Unavailable),
///     _ => Fault::None,
/// });
/// let bus = Bus::new(Arc::new(backend));
/// let metadata = bus.publisher("shop/web").metadata_of("com.example.shop.order.placed.v1", 0);
/// assert!(block_on(bus.publish_raw("orders", &metadata, None, Vec::new())).is_err());
/// assert!(block_on(bus.publish_raw("orders", &metadata, None, Vec::new())).is_ok());
/// ```
#[derive(Clone)]
pub struct FaultyBackend(Arc<Faulty>);

/// A call of [`Backend`] or [`Subscriber`] that may have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call {
    /// [`Backend::publish`] and [`Subscriber::publish_and_acknowledge`].
    Publish,
    /// [`Backend::subscribe`].
    Subscribe,
    /// [`Subscriber::receive`].
    Receive,
    /// [`Subscriber::acknowledge`].
    Acknowledge,
    /// [`Subscriber::rebalance`].
    Rebalance,
    /// [`Subscriber::release`].
    Release,
    /// [`Subscriber::keep_alive`].
    KeepAlive,
    /// [`Backend::close`] and [`Subscriber::close`].
    Close,
    /// [`SchemaStore::get`].
    GetSchema,
    /// [`SchemaStore::put_if_absent`] and [`Backend::prepare`].
    PutSchema,
    /// [`SchemaIds::schema`].
    SchemaOfId,
    /// Any call of [`Admin`].
    Admin,
    /// [`Backend::flush`].
    Flush,
    /// [`Subscriber::give_back`].
    GiveBack,
}

/// The fault of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call works.
    None,
    /// The call has no effect and returns an error of this kind.
    Error(ErrorKind),
    /// The call has no effect and never completes.
    Hang,
    /// The call has its effect and returns [`ErrorKind::Unavailable`], as if the connection was lost before
    /// the answer. The fate of messages is [`Fate::Unknown`](crate::backend::Fate::Unknown).
    LostAnswer,
}

/// What a call that fails has done.
enum Effect {
    /// Nothing.
    None,
    /// What it does, without an answer.
    Lost,
}

struct Faulty {
    backend: Arc<dyn Backend>,
    fault: Box<dyn Fn(Call, usize) -> Fault + Send + Sync>,
    calls: [AtomicUsize; 14],
}

struct FaultySubscriber {
    faulty: Arc<Faulty>,
    subscriber: Box<dyn Subscriber>,
}

impl FaultyBackend {
    /// Calls `fault` before each call, with the number of earlier calls of that kind.
    pub fn new(
        backend: impl Backend + 'static,
        fault: impl Fn(Call, usize) -> Fault + Send + Sync + 'static,
    ) -> Self {
        Self::over(Arc::new(backend), fault)
    }

    /// Like [`new`](Self::new), over a backend whose type is not known.
    pub fn over(
        backend: Arc<dyn Backend>,
        fault: impl Fn(Call, usize) -> Fault + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Faulty { backend, fault: Box::new(fault), calls: Default::default() }))
    }

    /// Returns how many times a call was made.
    pub fn calls(&self, call: Call) -> usize {
        self.0.calls[call as usize].load(Ordering::SeqCst)
    }
}

impl Faulty {
    fn call<'a, T, E>(
        &self,
        call: Call,
        make: impl FnOnce() -> BoxFuture<'a, Result<T, E>>,
        error: impl FnOnce(BackendError, Effect) -> E + Send + 'a,
    ) -> BoxFuture<'a, Result<T, E>>
    where
        T: Send + 'a,
        E: Send + 'a,
    {
        let failed =
            move |kind, effect| Err(error(BackendError::new(kind, "a fault injected by the test"), effect));
        match (self.fault)(call, self.calls[call as usize].fetch_add(1, Ordering::SeqCst)) {
            Fault::None => make(),
            Fault::Error(kind) => Box::pin(async move { failed(kind, Effect::None) }),
            Fault::Hang => Box::pin(future::pending()),
            Fault::LostAnswer => {
                let answer = make();
                Box::pin(async move {
                    answer.await?;
                    failed(ErrorKind::Unavailable, Effect::Lost)
                })
            }
        }
    }
}

impl FaultyBackend {
    fn call_admin<T: Send + 'static>(
        &self,
        make: impl FnOnce(&dyn Admin) -> BoxFuture<'static, Result<T, BackendError>>,
    ) -> BoxFuture<'static, Result<T, BackendError>> {
        let make = || match self.0.backend.admin() {
            Some(admin) => make(admin),
            None => Box::pin(future::ready(Err(BackendError::unsupported("administration")))),
        };
        self.0.call(Call::Admin, make, |error, _| error)
    }
}

/// The error of a batch of so many messages.
fn batch_error(size: usize) -> impl FnOnce(BackendError, Effect) -> BatchError + Send {
    move |error, effect| match effect {
        Effect::None => BatchError::not_published(size, error),
        Effect::Lost => BatchError::unknown(size, error),
    }
}

impl Backend for FaultyBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        self.0.backend.clock()
    }

    fn system(&self) -> &'static str {
        self.0.backend.system()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let size = batch.len();
        self.0.call(Call::Publish, || self.0.backend.publish(batch), batch_error(size))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let faulty = Arc::clone(&self.0);
        let subscribe = || -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
            let joining = self.0.backend.subscribe(subscription);
            Box::pin(async move {
                let subscriber = joining.await?;
                Ok(Box::new(FaultySubscriber { faulty, subscriber }) as Box<dyn Subscriber>)
            })
        };
        self.0.call(Call::Subscribe, subscribe, |error, _| error)
    }

    fn key_order(&self) -> KeyOrder {
        self.0.backend.key_order()
    }

    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        self.0.backend.schema_store().is_some().then_some(self)
    }

    fn schema_ids(&self) -> Option<&dyn SchemaIds> {
        self.0.backend.schema_ids().is_some().then_some(self)
    }

    fn admin(&self) -> Option<&dyn Admin> {
        self.0.backend.admin().is_some().then_some(self)
    }

    fn uses_contracts(&self) -> bool {
        self.0.backend.uses_contracts()
    }

    fn prepare(&self, contract: &Contract) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.call(Call::PutSchema, || self.0.backend.prepare(contract), |error, _| error)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.call(Call::Flush, || self.0.backend.flush(), |error, _| error)
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.call(Call::Close, || self.0.backend.close(), |error, _| error)
    }
}

impl SchemaStore for FaultyBackend {
    fn get(&self, scope: &str, name: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>, BackendError>> {
        let get = || match self.0.backend.schema_store() {
            Some(store) => store.get(scope, name),
            None => Box::pin(future::ready(Ok(None))),
        };
        self.0.call(Call::GetSchema, get, |error, _| error)
    }

    fn put_if_absent(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, BackendError>> {
        let put = || match self.0.backend.schema_store() {
            Some(store) => store.put_if_absent(scope, name, value),
            None => Box::pin(future::ready(Ok(value))),
        };
        self.0.call(Call::PutSchema, put, |error, _| error)
    }
}

impl SchemaIds for FaultyBackend {
    fn schema(&self, id: u32) -> BoxFuture<'static, Result<Option<String>, BackendError>> {
        let schema = || match self.0.backend.schema_ids() {
            Some(ids) => ids.schema(id),
            None => Box::pin(future::ready(Ok(None))),
        };
        self.0.call(Call::SchemaOfId, schema, |error, _| error)
    }
}

impl Admin for FaultyBackend {
    fn topics(&self) -> BoxFuture<'static, Result<Vec<PartitionInfo>, BackendError>> {
        self.call_admin(|admin| admin.topics())
    }

    fn groups(&self) -> BoxFuture<'static, Result<Vec<Box<str>>, BackendError>> {
        self.call_admin(|admin| admin.groups())
    }

    fn group(&self, group: &str) -> BoxFuture<'static, Result<Option<GroupInfo>, BackendError>> {
        self.call_admin(|admin| admin.group(group))
    }

    fn seek(
        &self,
        group: &str,
        targets: Vec<(Partition, Start)>,
    ) -> BoxFuture<'static, Result<(), BackendError>> {
        self.call_admin(|admin| admin.seek(group, targets))
    }

    fn forget(&self, group: &str) -> BoxFuture<'static, Result<bool, BackendError>> {
        self.call_admin(|admin| admin.forget(group))
    }

    fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: NonZeroUsize,
    ) -> BoxFuture<'static, Result<MessageRange, BackendError>> {
        self.call_admin(|admin| admin.read(partition, from, max))
    }
}

impl Subscriber for FaultySubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        self.faulty.call(Call::Receive, || self.subscriber.receive(max, wait), |error, _| error)
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.faulty.call(Call::Acknowledge, || self.subscriber.acknowledge(positions), |error, _| error)
    }

    fn publish_and_acknowledge<'a>(
        &'a self,
        _: &'a dyn Backend,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
    ) -> BoxFuture<'a, Result<Vec<Position>, BatchError>> {
        let (size, backend) = (batch.len(), &*self.faulty.backend);
        let publish = || self.subscriber.publish_and_acknowledge(backend, batch, positions);
        self.faulty.call(Call::Publish, publish, batch_error(size))
    }

    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.faulty.call(Call::GiveBack, || self.subscriber.give_back(positions), |error, _| error)
    }

    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        self.faulty.call(Call::Rebalance, || self.subscriber.rebalance(), |error, _| error)
    }

    fn release(&self, partitions: Vec<Partition>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.faulty.call(Call::Release, || self.subscriber.release(partitions), |error, _| error)
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        self.faulty.call(Call::KeepAlive, || self.subscriber.keep_alive(), |error, _| error)
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        let Self { faulty, subscriber } = *self;
        faulty.call(Call::Close, || subscriber.close(), |error, _| error)
    }
}

impl fmt::Debug for FaultyBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaultyBackend").field(&self.0.backend).finish()
    }
}

impl fmt::Debug for FaultySubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaultySubscriber").field(&self.subscriber).finish()
    }
}
