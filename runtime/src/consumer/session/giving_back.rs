//! Messages that a member gives back, so that their delivery does not count: those that it did not process
//! when it stops, and those that came with a message that may be what makes the process crash.

use std::task::{Context, Poll};

use crate::{
    backend::{BackendError, BoxFuture, Delivery, ErrorKind},
    consumer::{outage::Outage, session::Session, work::Work},
};

/// The messages that are given back.
#[derive(Default)]
pub(super) struct GivingBack<'a> {
    /// Those that wait until a call is over.
    waiting: Vec<Delivery>,
    /// The pending call, with its messages.
    pending: Option<Pending<'a>>,
    outage: Outage,
    /// Whether messages are received one by one, and the next one only when no other is being processed.
    pub(super) one_by_one: bool,
    is_unsupported: bool,
}

/// A pending call. The messages are kept for a retry.
struct Pending<'a> {
    deliveries: Vec<Delivery>,
    future: BoxFuture<'a, Result<(), BackendError>>,
}

impl GivingBack<'_> {
    /// The number of messages that the member still holds.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.pending.as_ref().map_or(0, |pending| pending.deliveries.len())
    }

    /// Leaves the messages to a later member, which counts their delivery.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.pending = None;
    }
}

impl Session<'_> {
    /// Looks for messages in a batch that may be what makes the process crash. Such a message is processed
    /// alone: if there are others, all are given back, and then received one by one. Returns the messages to
    /// process.
    pub(super) fn separate(&mut self, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        let is_suspect = |delivery: &Delivery| self.consumer.is_suspect(delivery.attempt);
        self.giving_back.one_by_one = !self.giving_back.is_unsupported && deliveries.iter().any(is_suspect);
        if self.giving_back.one_by_one && (deliveries.len() > 1 || self.is_processing()) {
            self.giving_back.waiting.extend(deliveries);
            return Vec::new();
        }
        deliveries
    }

    /// Whether the next message can be received, if they are received one by one.
    pub(super) fn may_receive_one(&self) -> bool {
        !self.is_processing() && self.giving_back.len() == 0
    }

    /// Gives a message back that was not processed. If it has failed, its delivery counts.
    pub(super) fn leave(&mut self, work: Work) {
        if work.failures == 0 && !work.revoked {
            self.giving_back.waiting.push(work.delivery);
        }
    }

    /// Begins to give messages back, if none are being given back.
    pub(super) fn give_back(&mut self) {
        let GivingBack { waiting, pending, outage, .. } = &mut self.giving_back;
        if waiting.is_empty() || pending.is_some() || !outage.is_over() {
            return;
        }
        let deliveries = std::mem::take(waiting);
        let positions = deliveries.iter().map(|delivery| delivery.position.clone()).collect();
        *pending = Some(Pending { deliveries, future: self.subscriber.give_back(positions) });
    }

    pub(super) fn poll_giving_back(&mut self, context: &mut Context<'_>) -> bool {
        if self.giving_back.outage.poll(context) {
            return true;
        }
        let Some(Pending { future, .. }) = &mut self.giving_back.pending else { return false };
        let Poll::Ready(given_back) = future.as_mut().poll(context) else { return false };
        let Some(Pending { deliveries, .. }) = self.giving_back.pending.take() else { return false };
        let Err(error) = given_back else {
            self.giving_back.outage = Outage::default();
            return true;
        };
        match error.kind {
            // Leaving the group gives them back, and their delivery counts.
            _ if !self.is_running() => {
                tracing::debug!(group = &*self.consumer.group, %error, "cannot give messages back");
            }
            ErrorKind::Unsupported => {
                self.giving_back.is_unsupported = true;
                self.giving_back.one_by_one = false;
                self.start(deliveries);
            }
            // They went to another member.
            ErrorKind::Revoked => {}
            _ => {
                self.giving_back.waiting.splice(0..0, deliveries);
                if let Err(error) = self.giving_back.outage.begin(self.consumer, error) {
                    self.giving_back.clear();
                    self.abort(error.into());
                }
            }
        }
        true
    }

    /// Whether a receiver runs or may begin to.
    fn is_processing(&self) -> bool {
        self.lanes.has_ready()
            || !self.resumed.is_empty()
            || !self.dead_letterings.is_empty()
            || self.works.iter().any(|started| !started.work.is_waiting())
    }
}
