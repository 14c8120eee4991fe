//! A log with several partitions, which are assigned to the members of a group.

mod group;
mod log;

use std::{
    fmt, future,
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
    time::{Duration, SystemTime},
};

use log::{Log, MemberId};

use crate::{
    Clock, SystemClock,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, Outgoing, Partition, Position, Rebalance,
        Subscriber, Subscription,
    },
    memory::shared::{Shared, Wait},
};

/// How long the log waits for the release of a partition, unless configured.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(30);

/// A log in memory that assigns whole partitions to the members of a group, as Kafka does.
///
/// Each topic has the same number of partitions, and offsets count from 0 in each. The key of a message
/// chooses its partition; messages without a key take turns. A member that joins or leaves causes a
/// cooperative rebalance: only the partitions that move are revoked, and their owner is asked to release
/// them. A group has one committed offset for each partition, which moves past a message once all messages
/// before it are acknowledged: the others are delivered again to the next owner, even if some of them were
/// acknowledged.
///
/// It has no schema store and no administration.
///
/// ```
/// use std::num::NonZeroU32;
/// use signalbook_runtime::{
///     backend::{Backend, Rebalance, Subscription},
///     blocking::block_on,
///     testing::PartitionedBackend,
/// };
///
/// # block_on(async {
/// let log = PartitionedBackend::new(NonZeroU32::new(2).expect("2 is not zero"));
/// let subscription = Subscription::new("billing", ["orders"]);
/// let first = log.subscribe(subscription.clone()).await?;
/// assert!(matches!(first.rebalance().await?, Rebalance::Assigned(partitions) if partitions.len() == 2));
/// let second = log.subscribe(subscription).await?;
/// let Rebalance::Revoking(partitions) = first.rebalance().await? else { panic!("one is about to be revoked") };
/// first.release(partitions.clone()).await?;
/// assert_eq!(second.rebalance().await?, Rebalance::Assigned(partitions));
/// # Ok::<(), signalbook_runtime::backend::BackendError>(())
/// # }).expect("the log is open");
/// ```
#[derive(Clone)]
pub struct PartitionedBackend(Arc<Shared<Log>>);

struct PartitionedSubscriber {
    shared: Arc<Shared<Log>>,
    member: MemberId,
}

impl PartitionedBackend {
    /// Creates an empty log whose topics have this number of partitions.
    pub fn new(partitions: NonZeroU32) -> Self {
        Self::with_clock(partitions, Arc::new(SystemClock::new()))
    }

    /// Creates an empty log that uses this clock.
    pub fn with_clock(partitions: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared::new(clock, Log::new(partitions, RELEASE_TIMEOUT))))
    }

    /// Sets how long the log waits until a partition that is about to be revoked is released. The default is
    /// 30 seconds. Then it is revoked.
    #[must_use]
    pub fn release_timeout(self, timeout: Duration) -> Self {
        self.0.lock().set_release_timeout(timeout);
        self
    }

    /// Discards the messages of a partition before an offset, as a log does that deletes old messages. Groups
    /// that had not done them are told so.
    ///
    /// # Errors
    /// `up_to` is not an offset, or the partition does not exist.
    pub fn discard(&self, partition: &Partition, up_to: &str) -> Result<(), BackendError> {
        self.0.lock().discard(partition, up_to)
    }
}

impl Backend for PartitionedBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
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
        let joined = self.0.lock().join(&subscription, self.0.clock.now());
        let shared = Arc::clone(&self.0);
        let subscriber =
            joined.map(|member| Box::new(PartitionedSubscriber { shared, member }) as Box<dyn Subscriber>);
        Box::pin(future::ready(subscriber))
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(future::ready(self.0.lock().ensure_open()))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.lock().close();
        Box::pin(future::ready(Ok(())))
    }
}

impl PartitionedSubscriber {
    fn with<T>(&self, call: impl FnOnce(&mut Log, &MemberId, SystemTime) -> T) -> T {
        call(&mut self.shared.lock(), &self.member, self.shared.clock.now())
    }
}

impl Subscriber for PartitionedSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let end = self.shared.clock.now().checked_add(wait);
        let batch = self.shared.wait(&self.member, Wait::Messages, end, move |log, now| {
            let batch = log.take(&self.member, max.get(), now)?;
            Ok((!batch.is_empty()).then_some(batch))
        });
        Box::pin(async move { Ok(batch.await?.unwrap_or_default()) })
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(self.with(|log, member, now| log.acknowledge(member, &positions, now))))
    }

    fn rebalance(&self) -> BoxFuture<'_, Result<Rebalance, BackendError>> {
        let rebalance = self
            .shared
            .wait(&self.member, Wait::Rebalance, None, |log, now| log.take_rebalance(&self.member, now));
        // Without an end, there is a result or an error.
        Box::pin(async move { rebalance.await?.ok_or_else(BackendError::fenced) })
    }

    fn release(&self, partitions: Vec<Partition>) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(self.with(|log, member, now| log.release(member, &partitions, now))))
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        Box::pin(future::ready(self.with(Log::keep_alive)))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        self.with(Log::leave);
        Box::pin(future::ready(Ok(())))
    }
}

impl fmt::Debug for PartitionedBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionedBackend").finish_non_exhaustive()
    }
}

impl fmt::Debug for PartitionedSubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionedSubscriber").field("member", &self.member).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::conformance::{Capabilities, Capability, Harness};

    struct Partitioned(PartitionedBackend);

    impl Harness for Partitioned {
        fn open(&self) -> Box<dyn Backend> {
            Box::new(self.0.clone())
        }

        fn capabilities(&self) -> Capabilities {
            use Capability::{Discard, Partitions, Rebalance};
            [Partitions, Rebalance, Discard].into_iter().fold(Capabilities::none(), Capabilities::with)
        }

        fn discard(&self, before: &Position) {
            self.0.discard(&before.partition, &before.offset).expect("an offset");
        }
    }

    crate::conformance!(|| Partitioned(PartitionedBackend::new(NonZeroU32::MIN.saturating_add(3))));
}
