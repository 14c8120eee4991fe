use std::task::{Context, Poll};

use crate::{
    backend::{BackendError, BoxFuture, Partition, Rebalance, Subscriber},
    consumer::is_ready,
};

/// The changes of the partitions of a member, and the partitions that are about to be revoked.
pub(super) struct Rebalancing<'a> {
    subscriber: &'a dyn Subscriber,
    next: Option<BoxFuture<'a, Result<Rebalance, BackendError>>>,
    has_ended: bool,
    revocations: Vec<Revocation<'a>>,
}

/// Partitions that are about to be revoked.
struct Revocation<'a> {
    partitions: Vec<Partition>,
    /// Completes when the partitions are released without waiting longer; `None` afterwards.
    deadline: Option<BoxFuture<'static, ()>>,
    /// `None` while messages of the partitions are being processed or acknowledged.
    releasing: Option<BoxFuture<'a, Result<(), BackendError>>>,
}

impl<'a> Rebalancing<'a> {
    pub(super) fn new(subscriber: &'a dyn Subscriber) -> Self {
        Self { subscriber, next: None, has_ended: false, revocations: Vec::new() }
    }

    /// Returns the next change; none after [`end`](Self::end).
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Rebalance, BackendError>> {
        if self.has_ended {
            return Poll::Pending;
        }
        let next = self.next.get_or_insert_with(|| self.subscriber.rebalance()).as_mut().poll(context);
        if next.is_ready() {
            self.next = None;
        }
        next
    }

    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }

    /// Partitions are about to be revoked. The member releases them at the deadline, or earlier.
    pub(super) fn begin(&mut self, partitions: Vec<Partition>, deadline: BoxFuture<'static, ()>) {
        self.revocations.push(Revocation { partitions, deadline: Some(deadline), releasing: None });
    }

    /// Partitions were revoked, or assigned again.
    pub(super) fn forget(&mut self, partitions: &[Partition]) {
        for revocation in &mut self.revocations {
            revocation.partitions.retain(|partition| !partitions.contains(partition));
        }
        self.revocations.retain(|revocation| !revocation.partitions.is_empty());
    }

    /// Whether a partition is about to be revoked.
    pub(super) fn is_revoking(&self, partition: &Partition) -> bool {
        self.revocations.iter().any(|revocation| revocation.partitions.contains(partition))
    }

    /// Releases the partitions of which no message is being processed or acknowledged, or whose deadline is
    /// over.
    pub(super) fn release(&mut self, is_busy: impl Fn(&Partition) -> bool) {
        for revocation in &mut self.revocations {
            let is_due = revocation.deadline.is_none() || !revocation.partitions.iter().any(&is_busy);
            if is_due && revocation.releasing.is_none() {
                revocation.releasing = Some(self.subscriber.release(revocation.partitions.clone()));
            }
        }
    }

    /// Returns the partitions whose deadline has just ended.
    pub(super) fn poll_deadlines(&mut self, context: &mut Context<'_>) -> Vec<Partition> {
        let mut late = Vec::new();
        for revocation in self.revocations.iter_mut().filter(|revocation| revocation.releasing.is_none()) {
            if is_ready(revocation.deadline.as_mut(), context) {
                revocation.deadline = None;
                late.extend_from_slice(&revocation.partitions);
            }
        }
        late
    }

    /// Returns whether partitions have been released. If that failed, the log stops waiting by itself.
    pub(super) fn poll_releasing(&mut self, group: &str, context: &mut Context<'_>) -> bool {
        let before = self.revocations.len();
        self.revocations.retain_mut(|revocation| {
            let Some(releasing) = &mut revocation.releasing else { return true };
            let Poll::Ready(released) = releasing.as_mut().poll(context) else { return true };
            if let Err(error) = released {
                tracing::debug!(group, %error, "cannot release partitions");
            }
            false
        });
        self.revocations.len() < before
    }
}

/// The names of partitions for a log line.
pub(super) fn names(partitions: &[Partition]) -> String {
    partitions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
