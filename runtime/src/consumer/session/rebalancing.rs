//! The partitions that are assigned to this member, and revoked.

use std::task::{Context, Poll};

use crate::{
    backend::{BackendError, BoxFuture, Partition, Position, Rebalance, Subscriber},
    consumer::{
        is_ready,
        outage::Outage,
        session::{Session, Started},
        work::Work,
    },
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

impl Session<'_> {
    pub(super) fn poll_rebalancing(&mut self, context: &mut Context<'_>) -> bool {
        let group = &*self.consumer.group;
        let released = self.rebalancing.poll_releasing(group, context);
        let late = self.rebalancing.poll_deadlines(context);
        self.drop_running(&late);
        let retried = self.rebalancing_outage.poll(context);
        if !self.rebalancing_outage.is_over() {
            return released || !late.is_empty();
        }
        let Poll::Ready(rebalanced) = self.rebalancing.poll(context) else {
            return released || retried || !late.is_empty();
        };
        match rebalanced {
            Ok(rebalance) => {
                self.rebalancing_outage = Outage::default();
                // It may have refused to give messages because the revocation was not taken.
                self.receiving_outage = Outage::default();
                self.rebalance(rebalance);
            }
            Err(error) => {
                if let Err(error) = self.rebalancing_outage.begin(self.consumer, error) {
                    self.rebalancing.end();
                    // A stopping consumer leaves the group in any case.
                    if self.is_running() {
                        self.abort(error.into());
                    }
                }
            }
        }
        true
    }

    fn rebalance(&mut self, rebalance: Rebalance) {
        let group = &*self.consumer.group;
        match rebalance {
            Rebalance::Assigned(partitions) => {
                tracing::info!(group, partitions = names(&partitions), "partitions were assigned");
                self.rebalancing.forget(&partitions);
            }
            Rebalance::Revoking(partitions) => {
                tracing::info!(group, partitions = names(&partitions), "partitions are about to be revoked");
                self.drop_waiting(&partitions);
                let clock = self.consumer.bus.backend().clock();
                self.rebalancing.begin(partitions, clock.sleep(self.consumer.revocation_timeout));
            }
            Rebalance::Revoked(partitions) => {
                tracing::warn!(group, partitions = names(&partitions), "partitions were revoked");
                self.rebalancing.forget(&partitions);
                self.revoke(&partitions);
            }
        }
    }

    /// Releases the partitions that are about to be revoked, once what runs has finished and what is done was
    /// acknowledged.
    pub(super) fn release(&mut self) {
        let Self { rebalancing, works, dead_letterings, done, acknowledging, .. } = self;
        rebalancing.release(|partition| {
            let works = works.iter().map(|started| &started.work);
            let works = works.chain(dead_letterings.iter().map(|dead_lettering| &dead_lettering.work));
            let acknowledging = acknowledging.iter().flat_map(|acknowledging| &acknowledging.positions);
            let mut positions =
                works.map(|work| &work.delivery.position).chain(done.iter()).chain(acknowledging);
            positions.any(|position| position.partition == *partition)
        });
    }

    /// Drops the receivers that run too long after their partitions were to be revoked.
    fn drop_running(&mut self, partitions: &[Partition]) {
        let lost = |work: &Work| partitions.contains(&work.delivery.position.partition);
        let works = self.works.extract_if(.., |started| lost(&started.work)).map(|started| started.work);
        let dead_letterings = self
            .dead_letterings
            .extract_if(.., |dead_lettering| lost(&dead_lettering.work))
            .map(|dead_lettering| dead_lettering.work);
        let dropped: Vec<_> = works.chain(dead_letterings).collect();
        for work in &dropped {
            self.lanes.finish(work);
        }
        if !dropped.is_empty() {
            let group = &*self.consumer.group;
            let receivers = dropped.len();
            tracing::warn!(group, receivers, "the revocation timeout ended: receivers are dropped");
            self.consumed.abandoned += u64::try_from(receivers).unwrap_or(u64::MAX);
        }
    }

    /// Drops the messages of partitions that were assigned to another member. Running receivers may finish,
    /// but their messages are not acknowledged.
    fn revoke(&mut self, partitions: &[Partition]) {
        self.drop_waiting(partitions);
        let lost = |position: &Position| partitions.contains(&position.partition);
        let works = self.works.iter_mut().map(|started| &mut started.work);
        let dead_lettered = self.dead_letterings.iter_mut().map(|dead_lettering| &mut dead_lettering.work);
        works.chain(dead_lettered).for_each(|work| work.revoked |= lost(&work.delivery.position));
        self.done.retain(|position| !lost(position));
    }

    /// Drops the messages of partitions that wait: for their turn, for a schema or for a retry.
    fn drop_waiting(&mut self, partitions: &[Partition]) {
        let lost = |position: &Position| partitions.contains(&position.partition);
        self.lanes.revoke(partitions);
        let looking_up = std::mem::take(&mut self.looking_up).into_iter().chain(self.resumed.drain(..));
        let (dropped, kept): (Vec<_>, Vec<_>) = looking_up.partition(|work| lost(&work.delivery.position));
        for work in &dropped {
            self.lanes.finish(work);
        }
        self.resumed = kept.into();
        self.works.retain(|Started { work, .. }| {
            let drop = work.is_waiting() && lost(&work.delivery.position);
            if drop {
                self.lanes.finish(work);
            }
            !drop
        });
    }
}

/// The names of partitions for a log line.
fn names(partitions: &[Partition]) -> String {
    partitions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
