use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use crate::{
    Bus, RawMessage,
    backend::{
        BackendError, Batch, Gap, Partition, Position, Rebalance, Start, Subscriber, Subscription,
        receive_and_release,
    },
    consumer::joining::Joining,
};

/// A member of a group that reads undecoded messages in batches: [`Bus::consumer_raw`].
///
/// ```
/// use std::{num::NonZeroUsize, time::Duration};
/// use signalbook_runtime::{Bus, backend::Start, blocking::block_on};
///
/// # block_on(async {
/// let bus = Bus::memory();
/// let metadata = bus.publisher("shop/web").metadata_of("com.example.shop.order.placed.v1", 0);
/// bus.publish_raw("orders", &metadata, None, b"\x08A-17".to_vec()).await?;
///
/// let consumer = bus.consumer_raw("tail", &["orders"], Start::Earliest).await?;
/// let message = consumer.receive(NonZeroUsize::MIN, Duration::from_secs(1)).await?.messages.remove(0);
/// assert_eq!(message.metadata?, metadata);
/// assert_eq!(message.message.payload.as_deref(), Some(&b"\x08A-17"[..]));
/// consumer.acknowledge(vec![message.position]).await?;
/// consumer.close().await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).expect("the bus is in memory");
/// ```
#[derive(Debug)]
pub struct RawConsumer(Box<dyn Subscriber>);

/// The result of [`RawConsumer::receive`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RawBatch {
    /// Messages, in order within each key.
    pub messages: Vec<RawMessage>,
    /// What the group has lost since a member was last told.
    pub gaps: Vec<Gap>,
}

impl RawConsumer {
    pub(crate) async fn join(
        bus: Bus,
        group: Box<str>,
        topics: Vec<Arc<str>>,
        start: Start,
    ) -> Result<Self, BackendError> {
        let subscription = Subscription::new(group, topics).with_start(start);
        let joining = Joining::begin(&bus, &subscription).await;
        let subscriber = bus.bounded().subscribe(subscription).await?;
        joining.log().await;
        Ok(Self(subscriber))
    }

    /// Returns up to `max` messages as soon as there is a message or a gap, or an empty batch after `wait`.
    ///
    /// # Errors
    /// The bus failed. [`ErrorKind::Revoked`](crate::backend::ErrorKind::Revoked): this member lost messages;
    /// [`rebalance`](Self::rebalance) says which.
    pub async fn receive(&self, max: NonZeroUsize, wait: Duration) -> Result<RawBatch, BackendError> {
        self.0.receive(max, wait).await.map(RawBatch::from)
    }

    /// Receives as [`receive`](Self::receive) does, for a caller that processes nothing between the calls and
    /// does not poll [`rebalance`](Self::rebalance): partitions that are about to be revoked are released at
    /// once. Messages that are not acknowledged by then go to another member.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn receive_and_release(
        &self,
        max: NonZeroUsize,
        wait: Duration,
    ) -> Result<RawBatch, BackendError> {
        receive_and_release(&*self.0, max, wait).await.map(RawBatch::from)
    }

    /// Waits for the next change of the partitions of this member. It should always be polled, beside the
    /// other calls.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn rebalance(&self) -> Result<Rebalance, BackendError> {
        self.0.rebalance().await
    }

    /// Answers [`Rebalance::Revoking`], once what is done was acknowledged. Messages of these partitions that
    /// were not acknowledged go to another member.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn release(&self, partitions: Vec<Partition>) -> Result<(), BackendError> {
        self.0.release(partitions).await
    }

    /// Marks messages as done for the group.
    ///
    /// # Errors
    /// The bus failed, or another member has claimed one of the messages.
    pub async fn acknowledge(&self, positions: Vec<Position>) -> Result<(), BackendError> {
        self.0.acknowledge(positions).await
    }

    /// Sends a heartbeat, so that this member keeps its messages while it does not receive.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn keep_alive(&self) -> Result<(), BackendError> {
        self.0.keep_alive().await
    }

    /// Leaves the group. Messages that were received and not acknowledged go to another member.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn close(self) -> Result<(), BackendError> {
        self.0.close().await
    }
}

impl From<Batch> for RawBatch {
    fn from(Batch { deliveries, gaps }: Batch) -> Self {
        Self { messages: deliveries.into_iter().map(RawMessage::from).collect(), gaps }
    }
}
