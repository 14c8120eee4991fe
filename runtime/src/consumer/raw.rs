use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use crate::{
    Bus, RawMessage,
    backend::{BackendError, Batch, Partition, Position, Start, Subscriber, Subscription},
    consumer::{DEFAULT_CLAIM_AFTER, member_name},
};

/// A member of a group that reads messages as they are, a batch at a time: [`Bus::consumer_raw`].
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
/// assert_eq!(message.payload, b"\x08A-17");
/// consumer.acknowledge(vec![message.position]).await?;
/// consumer.close().await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).expect("the bus is in memory");
/// ```
#[derive(Debug)]
pub struct RawConsumer(Box<dyn Subscriber>);

/// What [`RawConsumer::receive`] returns.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RawBatch {
    /// Messages, in order within each key.
    pub messages: Vec<RawMessage>,
    /// Partitions that passed to another member: it is given what was received of them and not acknowledged.
    pub revoked: Vec<Partition>,
}

impl RawConsumer {
    pub(crate) async fn join(
        bus: Bus,
        group: Box<str>,
        topics: Vec<Arc<str>>,
        start: Start,
    ) -> Result<Self, BackendError> {
        let claim_after = DEFAULT_CLAIM_AFTER;
        let subscription = Subscription { topics, group, member: member_name(), start, claim_after };
        bus.backend().subscribe(subscription).await.map(Self)
    }

    /// Returns up to `max` messages as soon as there is one, or as soon as a partition is revoked; an empty batch after
    /// `wait`.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn receive(&self, max: NonZeroUsize, wait: Duration) -> Result<RawBatch, BackendError> {
        let Batch { deliveries, revoked } = self.0.receive(max, wait).await?;
        Ok(RawBatch { messages: deliveries.into_iter().map(RawMessage::from).collect(), revoked })
    }

    /// Marks messages as done for the group.
    ///
    /// # Errors
    /// The bus failed, or one of them passed to another member.
    pub async fn acknowledge(&self, positions: Vec<Position>) -> Result<(), BackendError> {
        self.0.acknowledge(positions).await
    }

    /// A sign of life where nothing is received for long: what was received stays this member's.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn keep_alive(&self) -> Result<(), BackendError> {
        self.0.keep_alive().await
    }

    /// Leaves the group; what was received and not acknowledged goes to another member.
    ///
    /// # Errors
    /// The bus failed.
    pub async fn close(self) -> Result<(), BackendError> {
        self.0.close().await
    }
}
