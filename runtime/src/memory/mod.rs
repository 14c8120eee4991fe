//! The bus in memory: `memory:`.

mod log;
pub(crate) mod shared;

use std::{fmt, future, num::NonZeroUsize, sync::Arc, time::Duration};

use log::{Log, MemberId};
use shared::{Shared, Wait};

use crate::{
    Clock, SystemClock,
    backend::{
        Admin, Backend, BackendError, Batch, BatchError, BoxFuture, Delivery, GroupInfo, MessageRange,
        Outgoing, Partition, PartitionInfo, Position, Rebalance, SchemaStore, Start, Subscriber,
        Subscription,
    },
};

/// A message log in memory: for tests, and for programs whose parts communicate over a bus and need no
/// durability.
///
/// It keeps every message until the last handle is dropped. Each topic has one partition; offsets are numbers
/// that count from 0. Clones are handles on the same log.
#[derive(Clone)]
pub struct MemoryBackend(Arc<Shared<Log>>);

struct MemorySubscriber {
    shared: Arc<Shared<Log>>,
    member: MemberId,
}

impl MemoryBackend {
    /// Creates an empty log.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock::new()))
    }

    /// Creates an empty log that uses this clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared::new(clock, Log::default())))
    }

    /// Returns all published messages, on every topic, in order; each as it is delivered the first time.
    pub fn published(&self) -> Vec<Delivery> {
        self.0.lock().published()
    }

    /// Discards the messages of a topic before an offset, as a log does that deletes old messages. Groups
    /// that had not done them are told so.
    ///
    /// # Errors
    /// `up_to` is not an offset.
    #[cfg(any(test, feature = "testing"))]
    pub fn discard(&self, topic: &str, up_to: &str) -> Result<(), BackendError> {
        self.0.lock().discard(topic, up_to)
    }

    /// Stops the log, as if its broker was gone: until [`start`](Self::start), each call returns
    /// [`ErrorKind::Unavailable`](crate::backend::ErrorKind::Unavailable), and so does a pending one.
    #[cfg(any(test, feature = "testing"))]
    pub fn stop(&self) {
        self.0.lock().set_stopped(true);
    }

    /// Takes away the permission to record schemas, or gives it back. Those that are recorded stay.
    #[cfg(any(test, feature = "testing"))]
    pub fn refuse_schemas(&self, refuses: bool) {
        self.0.lock().refuse_schemas(refuses);
    }

    /// Starts the log again, with all that it had.
    #[cfg(any(test, feature = "testing"))]
    pub fn start(&self) {
        self.0.lock().set_stopped(false);
    }
}

impl Default for MemoryBackend {
    fn default() -> Self {
        Self::new()
    }
}

impl Backend for MemoryBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    fn system(&self) -> &'static str {
        "memory"
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let size = batch.len();
        let published = self.0.lock().append(batch, self.0.clock.now());
        Box::pin(future::ready(published.map_err(|error| BatchError::not_published(size, error))))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let joined = self.0.lock().join(subscription, self.0.clock.now());
        let shared = Arc::clone(&self.0);
        let subscriber =
            joined.map(|member| Box::new(MemorySubscriber { shared, member }) as Box<dyn Subscriber>);
        Box::pin(future::ready(subscriber))
    }

    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        Some(self)
    }

    fn admin(&self) -> Option<&dyn Admin> {
        Some(self)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(self.0.lock().ensure_open()))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.lock().close();
        Box::pin(future::ready(Ok(())))
    }
}

impl SchemaStore for MemoryBackend {
    fn get(&self, scope: &str, name: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>, BackendError>> {
        Box::pin(future::ready(self.0.lock().schema(scope, name)))
    }

    fn put_if_absent(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, BackendError>> {
        Box::pin(future::ready(self.0.lock().put_schema(scope, name, &value)))
    }
}

impl Admin for MemoryBackend {
    fn topics(&self) -> BoxFuture<'static, Result<Vec<PartitionInfo>, BackendError>> {
        Box::pin(future::ready(self.0.lock().topics()))
    }

    fn groups(&self) -> BoxFuture<'static, Result<Vec<Box<str>>, BackendError>> {
        Box::pin(future::ready(self.0.lock().groups()))
    }

    fn group(&self, group: &str) -> BoxFuture<'static, Result<Option<GroupInfo>, BackendError>> {
        Box::pin(future::ready(self.0.lock().group(group, self.0.clock.now())))
    }

    fn seek(
        &self,
        group: &str,
        targets: Vec<(Partition, Start)>,
    ) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(self.0.lock().seek(group, targets, self.0.clock.now())))
    }

    fn forget(&self, group: &str) -> BoxFuture<'static, Result<bool, BackendError>> {
        Box::pin(future::ready(self.0.lock().forget(group, self.0.clock.now())))
    }

    fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: NonZeroUsize,
    ) -> BoxFuture<'static, Result<MessageRange, BackendError>> {
        Box::pin(future::ready(self.0.lock().read(partition, from, max.get())))
    }
}

impl Subscriber for MemorySubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let end = self.shared.clock.now().checked_add(wait);
        let batch = self.shared.wait(&self.member, Wait::Messages, end, move |log, now| {
            let batch = log.take(self.member, max.get(), now)?;
            Ok((!batch.is_empty()).then_some(batch))
        });
        Box::pin(async move { Ok(batch.await?.unwrap_or_default()) })
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(self.shared.lock().acknowledge(
            self.member,
            &positions,
            self.shared.clock.now(),
        )))
    }

    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        let now = self.shared.clock.now();
        Box::pin(future::ready(self.shared.lock().give_back(self.member, &positions, now)))
    }

    fn publish_and_acknowledge<'a>(
        &'a self,
        _: &'a dyn Backend,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
    ) -> BoxFuture<'a, Result<Vec<Position>, BatchError>> {
        let (size, now) = (batch.len(), self.shared.clock.now());
        let published = self.shared.lock().append_and_acknowledge(self.member, batch, &positions, now);
        Box::pin(future::ready(published.map_err(|error| BatchError::not_published(size, error))))
    }

    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        let revoked =
            self.shared.wait(&self.member, Wait::Rebalance, None, |log, _| log.take_revoked(self.member));
        // Without an end, there is a result or an error.
        Box::pin(async move { revoked.await?.ok_or_else(BackendError::fenced) })
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(self.shared.lock().keep_alive(self.member, self.shared.clock.now())))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(self.shared.lock().leave(self.member)))
    }
}

impl fmt::Debug for MemoryBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBackend").finish_non_exhaustive()
    }
}

impl fmt::Debug for MemorySubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySubscriber").field("member", &self.member).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        task::Poll,
        time::SystemTime,
    };

    use super::*;
    use crate::{
        ManualClock,
        backend::{ErrorKind, Message, Order},
        blocking::block_on,
        testing::conformance::{Capabilities, Capability, Harness},
    };

    struct Memory(MemoryBackend);

    impl Harness for Memory {
        fn open(&self) -> Box<dyn Backend> {
            Box::new(self.0.clone())
        }

        fn capabilities(&self) -> Capabilities {
            use Capability::{Admin, Discard, RefuseSchemas, Restart, SchemaStore};
            let all = [Admin, SchemaStore, RefuseSchemas, Discard, Restart];
            all.into_iter().fold(Capabilities::none(), Capabilities::with)
        }

        fn discard(&self, before: &Position) {
            self.0.discard(&before.partition.topic, &before.offset).expect("an offset");
        }

        fn refuse_schemas(&self) {
            self.0.refuse_schemas(true);
        }

        fn stop(&self) {
            self.0.stop();
        }

        fn start(&self) {
            self.0.start();
        }
    }

    crate::conformance!(|| Memory(MemoryBackend::new()));

    fn subscription(member: &str) -> Subscription {
        Subscription {
            topics: vec!["orders".into()],
            group: "billing".into(),
            member: Some(member.into()),
            start: Start::Earliest,
            claim_after: Duration::from_secs(30),
            order: Order::PerKey,
        }
    }

    #[test]
    fn a_join_that_fails_changes_nothing() {
        let backend = MemoryBackend::new();
        let member = block_on(backend.subscribe(subscription("member"))).expect("an open bus");
        let topics = || block_on(Admin::topics(&backend)).expect("an open bus").len();
        let before = topics();
        let foreign = Subscription {
            topics: vec!["invoices".into(), "orders".into()],
            start: Start::Offset("no offset".into()),
            ..subscription("member")
        };
        let error = block_on(backend.subscribe(foreign)).expect_err("an invalid offset");
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
        block_on(member.keep_alive()).expect("no other member has replaced it");
        assert_eq!(topics(), before, "no topic was created");
    }

    #[test]
    fn a_waiting_member_learns_at_once_that_its_group_is_forgotten() {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let member = block_on(backend.subscribe(subscription("member"))).expect("an open bus");
        let woken = [Arc::new(Woken::default()), Arc::new(Woken::default())];
        let wakers = woken.clone().map(std::task::Waker::from);
        let mut contexts = wakers.each_ref().map(std::task::Context::from_waker);
        let mut receive = member.receive(NonZeroUsize::MIN, Duration::from_secs(600));
        let mut rebalance = member.rebalance();
        assert!(receive.as_mut().poll(&mut contexts[0]).is_pending());
        assert!(rebalance.as_mut().poll(&mut contexts[1]).is_pending());
        // The thread is slow, and the member counts as dead.
        clock.advance(Duration::from_secs(30));
        for woken in &woken {
            woken.0.store(false, Ordering::SeqCst);
        }
        assert!(block_on(backend.forget("billing")).expect("no member is live"));
        assert!(woken.iter().all(|woken| woken.0.load(Ordering::SeqCst)), "both calls are woken");
        let Poll::Ready(Err(error)) = receive.as_mut().poll(&mut contexts[0]) else { panic!("fenced") };
        assert_eq!(error.kind, ErrorKind::Fenced, "{error}");
        let Poll::Ready(Err(error)) = rebalance.as_mut().poll(&mut contexts[1]) else { panic!("fenced") };
        assert_eq!(error.kind, ErrorKind::Fenced, "{error}");
    }

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl std::task::Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_dead_members_messages_are_claimed_at_their_time() {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let join = |member| block_on(backend.subscribe(subscription(member))).expect("an open bus");
        let publish = |key: &str| {
            let message = Message { key: Some(key.into()), ..Message::default() };
            block_on(backend.publish(vec![Outgoing::new("orders", message)])).expect("an open bus")
        };
        publish("a");
        publish("a");
        let one = NonZeroUsize::MIN;
        let (dead, alive) = (join("dead"), join("alive"));
        assert_eq!(block_on(dead.receive(one, Duration::ZERO)).expect("an open bus").deliveries.len(), 1);
        drop(dead);

        let mut receive = alive.receive(one, Duration::from_secs(60));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(receive.as_mut().poll(&mut context).is_pending());
        clock.advance(Duration::from_secs(29));
        assert!(receive.as_mut().poll(&mut context).is_pending());
        assert_eq!(clock.next_wake(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(30)));
        clock.advance(Duration::from_secs(1));
        let Poll::Ready(Ok(batch)) = receive.as_mut().poll(&mut context) else { panic!("the claim is due") };
        assert_eq!((batch.deliveries[0].attempt, &*batch.deliveries[0].position.offset), (2, "0"));
    }
}
