use std::{future::poll_fn, num::NonZeroUsize, task::Poll, time::Duration};

use super::{BackendError, Batch, ErrorKind, Partition, Subscriber};

/// A change of the partitions of a member: [`Subscriber::rebalance`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rebalance {
    /// These partitions were assigned to the member.
    Assigned(Vec<Partition>),
    /// These partitions are about to be revoked: the log waits for [`Subscriber::release`], for a limited
    /// time.
    Revoking(Vec<Partition>),
    /// These partitions were revoked without a release: the member was dead, the log waited too long, or an
    /// administrator moved the group.
    Revoked(Vec<Partition>),
}

/// Receives as a member that processes nothing between its calls: it releases partitions that are about to be
/// revoked at once. Messages that it has not acknowledged by then go to another member.
///
/// # Errors
/// The log failed.
pub async fn receive_and_release(
    subscriber: &dyn Subscriber,
    max: NonZeroUsize,
    wait: Duration,
) -> Result<Batch, BackendError> {
    enum Event {
        Received(Result<Batch, BackendError>),
        Rebalanced(Result<Rebalance, BackendError>),
    }
    let mut receiving = subscriber.receive(max, wait);
    let mut rebalancing = subscriber.rebalance();
    let mut was_refused = false;
    loop {
        let event = poll_fn(|context| match rebalancing.as_mut().poll(context) {
            Poll::Ready(rebalanced) => Poll::Ready(Event::Rebalanced(rebalanced)),
            Poll::Pending => receiving.as_mut().poll(context).map(Event::Received),
        });
        match event.await {
            Event::Rebalanced(rebalanced) => {
                if let Rebalance::Revoking(partitions) = rebalanced? {
                    subscriber.release(partitions).await?;
                }
                rebalancing = subscriber.rebalance();
                was_refused = false;
            }
            // A revocation must be taken first.
            Event::Received(Err(error)) if error.kind == ErrorKind::Revoked && !was_refused => {
                receiving = subscriber.receive(max, wait);
                was_refused = true;
            }
            Event::Received(received) => return received,
        }
    }
}
