//! Receiving batches.

use std::{
    num::NonZeroUsize,
    task::{Context, Poll},
    time::Duration,
};

use tracing::Span;

use crate::{
    backend::{BackendError, Batch, BoxFuture, Delivery, Gap},
    consumer::{ConsumeProblem, Loss, audit_log, outage::Outage, session::Session, work::Work},
    telemetry::{self, Metric},
};

/// How long a consumer that runs until it is idle waits for messages.
const IDLE: Duration = Duration::from_millis(20);

/// A pending call that receives a batch.
pub(super) struct Receiving<'a> {
    span: Span,
    future: BoxFuture<'a, Result<Batch, BackendError>>,
}

impl Session<'_> {
    /// Receives more once half of what this member may hold is acknowledged. Messages that wait for a schema
    /// do not count, up to as many again: the others go on.
    pub(super) fn receive(&mut self) {
        let one_by_one = self.giving_back.one_by_one;
        if one_by_one && !self.may_receive_one() {
            return;
        }
        let limit = self.consumer.prefetch_limit();
        let held = self.held() - self.looking_up.len().min(limit);
        if let Some(max) = NonZeroUsize::new(limit.saturating_sub(held))
            && held <= limit / 2
        {
            let max = if one_by_one { NonZeroUsize::MIN } else { max };
            let wait = if self.until_idle { IDLE } else { self.heartbeat_interval() };
            let span = telemetry::of_receive(self.consumer.bus.backend().system(), &self.consumer.group);
            let future = span.in_scope(|| self.subscriber.receive(max, wait));
            self.receiving = Some(Receiving { span, future });
        }
    }

    pub(super) fn poll_receiving(&mut self, context: &mut Context<'_>) -> bool {
        if self.receiving_outage.poll(context) {
            return true;
        }
        let Some(Receiving { span, future }) = &mut self.receiving else { return false };
        let Poll::Ready(received) = span.in_scope(|| future.as_mut().poll(context)) else { return false };
        match &received {
            Ok(batch) => telemetry::received(span, batch),
            Err(error) => drop(span.record(telemetry::ERROR, tracing::field::debug(error.kind))),
        }
        self.receiving = None;
        match received {
            Ok(batch) => {
                self.receiving_outage = Outage::default();
                if self.until_idle && batch.is_empty() && self.held() == 0 {
                    self.stop();
                }
                self.take_in(batch);
            }
            Err(error) => {
                if let Err(error) = self.receiving_outage.begin(self.consumer, error) {
                    self.abort(error.into());
                }
            }
        }
        true
    }

    /// Says what was lost, and lets the messages of a batch wait for their turn.
    fn take_in(&mut self, Batch { deliveries, gaps }: Batch) {
        for gap in gaps {
            self.lose(gap);
        }
        for of_topic in deliveries.chunk_by(|a, b| a.position.partition.topic == b.position.partition.topic) {
            let (received, topic) = (telemetry::count(of_topic.len()), &of_topic[0].position.partition.topic);
            self.consumer.observe(Metric::Received, received, topic, None);
        }
        if self.is_running() {
            let deliveries = self.separate(deliveries);
            self.start(deliveries);
        }
    }

    /// Lets messages wait for their turn.
    pub(super) fn start(&mut self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            // Messages of a partition that is about to be revoked are left to another member.
            if !self.rebalancing.is_revoking(&delivery.position.partition) {
                self.lanes.push(Work::new(self.consumer, &mut self.receivers, delivery));
            }
        }
    }

    fn lose(&mut self, gap: Gap) {
        audit_log::gap(&self.consumer.group, &gap);
        let messages = gap.messages.unwrap_or(1);
        self.consumed.lost = self.consumed.lost.saturating_add(messages);
        self.consumer.observe(Metric::Lost, telemetry::count(messages), &gap.partition.topic, None);
        match self.consumer.on_loss {
            Loss::Continue => {}
            Loss::Stop => self.abort(ConsumeProblem::Lost { gap: Box::new(gap) }),
        }
    }
}
