mod giving_back;
mod rebalancing;
mod receiving;

use std::{
    collections::VecDeque,
    future::poll_fn,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    backend::{BackendError, BoxFuture, ErrorKind, Position, Subscriber},
    consumer::{
        ConsumeError, ConsumeProblem, Consumed, Failure, audit_log,
        config::Config,
        dead_lettering::{DeadLettering, Moved},
        is_ready,
        lanes::Lanes,
        look_ups::LookUps,
        outage::Outage,
        receivers_by_type::Receivers,
        session::{giving_back::GivingBack, rebalancing::Rebalancing, receiving::Receiving},
        traced_call::InFlight,
        work::{Work, WorkOutcome},
        work_wakers::{WorkWaker, WorkWakers},
    },
    telemetry::Metric,
};

/// How many rounds `run` makes before it yields to its executor.
const ROUNDS: usize = 16;

/// The membership of a consumer, from joining to leaving: polls everything that is pending.
pub(super) struct Session<'a> {
    consumer: &'a Config,
    subscriber: &'a dyn Subscriber,
    /// Completes when the consumer must stop; `None` afterwards.
    shutdown: Option<BoxFuture<'a, ()>>,
    /// Whether the consumer stops when there are no more messages.
    until_idle: bool,
    error: Option<ConsumeProblem>,
    consumed: Consumed,
    failures_in_a_row: u32,

    receivers: Receivers,
    rebalancing: Rebalancing<'a>,
    giving_back: GivingBack<'a>,
    receiving: Option<Receiving<'a>>,
    /// Messages that were not started.
    lanes: Lanes<Box<Work>>,
    works: Vec<Started>,
    wakers: WorkWakers,
    /// Messages that were started and wait for the look-up of their schema.
    looking_up: VecDeque<Box<Work>>,
    /// Those of them whose schema may be known now.
    resumed: VecDeque<Box<Work>>,
    look_ups: LookUps,
    dead_letterings: Vec<DeadLettering<'a>>,
    /// Processed messages that are not acknowledged yet.
    done: Vec<Position>,
    acknowledging: Option<Acknowledging<'a>>,
    rebalancing_outage: Outage,
    receiving_outage: Outage,
    acknowledging_outage: Outage,
    /// Completes when the consumer no longer waits for receivers and acknowledgements. Set when it begins to
    /// stop.
    deadline: Option<BoxFuture<'static, ()>>,
    /// Completes when it no longer waits until it has left the group. Set with the deadline.
    leaving_limit: Option<BoxFuture<'static, ()>>,
    /// When the next heartbeat is due.
    heartbeat: Option<BoxFuture<'static, ()>>,
    sending_heartbeat: Option<BoxFuture<'a, Result<(), BackendError>>>,
    in_flight: InFlight<'a>,
}

/// A message that is being processed.
struct Started {
    work: Box<Work>,
    waker: WorkWaker,
}

/// A pending acknowledgement. The positions are kept for a retry.
struct Acknowledging<'a> {
    positions: Vec<Position>,
    future: BoxFuture<'a, Result<(), BackendError>>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        consumer: &'a Config,
        subscriber: &'a dyn Subscriber,
        shutdown: BoxFuture<'a, ()>,
        receivers: Receivers,
        look_ups: LookUps,
        until_idle: bool,
    ) -> Self {
        Self {
            consumer,
            subscriber,
            shutdown: Some(shutdown),
            until_idle,
            error: None,
            consumed: Consumed::default(),
            failures_in_a_row: 0,
            receivers,
            rebalancing: Rebalancing::new(subscriber),
            giving_back: GivingBack::default(),
            receiving: None,
            lanes: Lanes::new(),
            works: Vec::new(),
            wakers: WorkWakers::default(),
            looking_up: VecDeque::new(),
            resumed: VecDeque::new(),
            look_ups,
            dead_letterings: Vec::new(),
            done: Vec::new(),
            acknowledging: None,
            rebalancing_outage: Outage::default(),
            receiving_outage: Outage::default(),
            acknowledging_outage: Outage::default(),
            deadline: None,
            leaving_limit: None,
            heartbeat: None,
            sending_heartbeat: None,
            in_flight: InFlight::new(consumer),
        }
    }

    /// Consumes until the consumer has stopped. Also returns what limits the time of leaving the group.
    pub(super) async fn run(mut self) -> (Result<Consumed, ConsumeError>, BoxFuture<'static, ()>) {
        poll_fn(|context| {
            self.wakers.set_task(context);
            for round in 0..ROUNDS {
                self.begin();
                if self.done.len() >= self.consumer.prefetch_limit() / 4 {
                    self.acknowledge();
                }
                self.in_flight.report(self.held());
                if self.is_over() {
                    return Poll::Ready(());
                }
                // After the first round, poll the rest only if no message was processed, and look a schema up
                // at once.
                if round > 0 && self.poll_works() && self.looking_up.is_empty() {
                    continue;
                }
                // Acknowledge several messages together, but do not wait before what is done is acknowledged.
                if !self.progress(context) && !self.acknowledge() {
                    return Poll::Pending;
                }
            }
            // Yield, so that timers and signals of the executor are handled while messages are ready.
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        let limit = self.leaving_limit.unwrap_or_else(|| self.consumer.leaving_limit());
        (
            self.error.map_or(Ok(self.consumed), |problem| Err(ConsumeError::new(self.consumed, problem))),
            limit,
        )
    }

    /// Starts receivers, releases and calls of `receive` where possible.
    fn begin(&mut self) {
        while self.is_running()
            && self.works.len() + self.dead_letterings.len() < self.consumer.concurrency.get()
        {
            let Some(mut work) = self.resumed.pop_front().or_else(|| self.lanes.pop()) else { break };
            work.resume();
            self.works.push(Started { work, waker: self.wakers.take() });
        }
        self.release();
        self.give_back();
        if self.receiving_outage.is_over() && self.is_running() && self.receiving.is_none() {
            self.receive();
        }
        if self.held() > 0 && self.heartbeat.is_none() {
            self.heartbeat = Some(self.consumer.bus.backend().clock().sleep(self.heartbeat_interval()));
        }
    }

    /// Begins to acknowledge what is done. Returns false if nothing is done, or if an acknowledgement is
    /// pending.
    fn acknowledge(&mut self) -> bool {
        if !self.acknowledging_outage.is_over() || self.acknowledging.is_some() || self.done.is_empty() {
            return false;
        }
        let positions = std::mem::take(&mut self.done);
        self.acknowledging = Some(Acknowledging {
            positions: positions.clone(),
            future: self.subscriber.acknowledge(positions),
        });
        true
    }

    /// Polls everything that is pending. Returns whether anything completed.
    fn progress(&mut self, context: &mut Context<'_>) -> bool {
        // Poll all of them: each must register the waker.
        let shut_down = self.poll_shutdown(context);
        // Before messages are received: those of a partition that was revoked come before its revocation, and
        // those of a partition that was assigned again come after it.
        let rebalanced = self.poll_rebalancing(context);
        let worked = self.poll_works();
        let dead_lettered = self.poll_dead_letterings(context);
        let acknowledged = self.poll_acknowledging(context);
        let given_back = self.poll_giving_back(context);
        let received = self.poll_receiving(context);
        let looked_up = self.poll_look_ups(context);
        let heartbeat = self.poll_heartbeat(context);
        let ended = self.poll_deadline(context);
        let handled = rebalanced || given_back || received || looked_up || heartbeat;
        shut_down || worked || dead_lettered || acknowledged || handled || ended
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> bool {
        let over = is_ready(self.shutdown.as_mut(), context);
        if over {
            self.stop();
        }
        over
    }

    /// Abandons what is pending when the shutdown timeout has ended.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> bool {
        let over = is_ready(self.deadline.as_mut(), context);
        if over {
            self.deadline = None;
            let (receivers, unacknowledged) = (self.in_hand(), self.unacknowledged());
            if receivers + unacknowledged > 0 {
                tracing::warn!(
                    group = &*self.consumer.group,
                    receivers,
                    unacknowledged,
                    "the shutdown timeout ended: pending messages are abandoned and will be redelivered"
                );
            }
            self.consumed.abandoned += u64::try_from(receivers + unacknowledged).unwrap_or(u64::MAX);
            self.works.clear();
            self.dead_letterings.clear();
            self.done.clear();
            self.acknowledging = None;
            self.giving_back.clear();
        }
        over
    }

    /// Polls the messages whose receivers were woken.
    fn poll_works(&mut self) -> bool {
        let mut progress = false;
        let mut index = 0;
        while index < self.works.len() {
            let Started { work, waker } = &mut self.works[index];
            let polled = if waker.take_woken() {
                let mut context = Context::from_waker(waker.waker());
                work.poll(self.consumer, &mut self.receivers, &mut context)
            } else {
                Poll::Pending
            };
            let work = &self.works[index].work;
            if polled.is_pending() && !work.is_looking_up() && !self.is_left(work) {
                index += 1;
                continue;
            }
            // Not `swap_remove`: the others keep the order in which they began.
            let Started { work, waker } = self.works.remove(index);
            self.wakers.give_back(waker);
            progress = true;
            match polled {
                Poll::Ready(outcome) => self.conclude(work, outcome),
                Poll::Pending if self.is_left(&work) => {
                    self.lanes.finish(&work);
                    if !self.is_running() {
                        self.leave(*work);
                    }
                }
                // It does not count as being processed, so that messages with known schemas go on.
                Poll::Pending => self.looking_up.push_back(work),
            }
        }
        progress
    }

    fn poll_look_ups(&mut self, context: &mut Context<'_>) -> bool {
        let answered = self.look_ups.poll(context);
        if answered {
            self.resumed.append(&mut self.looking_up);
        }
        answered
    }

    fn conclude(&mut self, work: Box<Work>, outcome: WorkOutcome) {
        match outcome {
            WorkOutcome::Processed => {
                self.failures_in_a_row = 0;
                self.consumed.processed += 1;
                self.finish(work, "processed");
            }
            WorkOutcome::Skipped => {
                self.consumed.skipped += 1;
                self.finish(work, "skipped");
            }
            WorkOutcome::Tombstone => {
                self.consumed.skipped += 1;
                self.finish(work, "tombstone");
            }
            WorkOutcome::Failed(failure) => self.give_up(work, failure),
        }
    }

    /// Sends a message that cannot be processed to the dead-letter topic, or stops the consumer. A message
    /// whose partition was revoked is left to its new owner.
    fn give_up(&mut self, work: Box<Work>, failure: Failure) {
        let position = work.delivery.position.clone();
        if work.revoked {
            audit_log::failure(&self.consumer.group, &position, &failure, "left to another member");
            return self.end(&work, "revoked");
        }
        self.failures_in_a_row += 1;
        let count = self.failures_in_a_row;
        if self.consumer.max_failures.is_some_and(|max| count >= max) {
            audit_log::failure(
                &self.consumer.group,
                &position,
                &failure,
                "stopped: too many failures in a row",
            );
            return self.abort(ConsumeProblem::TooManyFailures { count, position, failure: failure.into() });
        }
        let Some(topic) = self.consumer.dead_letter_topic(&position) else {
            audit_log::failure(&self.consumer.group, &position, &failure, "stopped");
            return self.abort(ConsumeProblem::Failed { position, failure: failure.into() });
        };
        audit_log::failure(&self.consumer.group, &position, &failure, "dead-lettered");
        let moving = DeadLettering::new(self.consumer, self.subscriber, topic, work, failure);
        self.dead_letterings.push(moving);
    }

    fn poll_dead_letterings(&mut self, context: &mut Context<'_>) -> bool {
        let mut progress = false;
        let mut index = 0;
        while index < self.dead_letterings.len() {
            let Poll::Ready(moved) = self.dead_letterings[index].poll(context) else {
                index += 1;
                continue;
            };
            let DeadLettering { work, failure, .. } = self.dead_letterings.remove(index);
            progress = true;
            if let Ok(Moved::Acknowledged | Moved::Published) = moved {
                let topic = &work.delivery.position.partition.topic;
                self.consumer.observe(Metric::DeadLettered, 1.0, topic, Some(failure.reason()));
            }
            match moved {
                Ok(Moved::Acknowledged) => {
                    self.consumed.dead_lettered += 1;
                    self.end(&work, "dead-lettered");
                }
                Ok(Moved::Published) => {
                    self.consumed.dead_lettered += 1;
                    self.finish(work, "dead-lettered");
                }
                Ok(Moved::Lost) => self.end(&work, "revoked"),
                Err(source) => {
                    let position = work.delivery.position;
                    let (failure, source) = (Box::new(failure), Box::new(source));
                    self.abort(ConsumeProblem::DeadLetter { position, failure, source });
                }
            }
        }
        progress
    }

    /// Logs the outcome of a message, and lets those start that waited for it.
    fn end(&mut self, work: &Work, outcome: &str) {
        let position = &work.delivery.position;
        audit_log::line(&self.consumer.group, position, work.metadata.as_ref(), work.key.as_deref(), outcome);
        self.lanes.finish(work);
    }

    /// Ends a message, and marks it to be acknowledged.
    fn finish(&mut self, work: Box<Work>, outcome: &str) {
        self.end(&work, outcome);
        if !work.revoked {
            self.done.push(work.delivery.position);
        }
    }

    fn poll_acknowledging(&mut self, context: &mut Context<'_>) -> bool {
        if self.acknowledging_outage.poll(context) {
            return true;
        }
        let Some(Acknowledging { future, .. }) = &mut self.acknowledging else { return false };
        let Poll::Ready(acknowledged) = future.as_mut().poll(context) else { return false };
        let Some(Acknowledging { positions, .. }) = self.acknowledging.take() else { return false };
        match acknowledged {
            Ok(()) => self.acknowledging_outage = Outage::default(),
            // Another member processes revoked messages. The others were acknowledged.
            Err(error) if error.kind == ErrorKind::Revoked => {
                tracing::debug!(
                    group = &*self.consumer.group,
                    %error,
                    "cannot acknowledge: claimed by another member"
                );
            }
            Err(error) => {
                self.done.splice(0..0, positions);
                if let Err(error) = self.acknowledging_outage.begin(self.consumer, error) {
                    self.done.clear();
                    self.abort(error.into());
                }
            }
        }
        true
    }

    /// A consumer that holds messages sends heartbeats, also while it receives: that call may hang.
    fn poll_heartbeat(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(sending_heartbeat) = &mut self.sending_heartbeat
            && let Poll::Ready(kept) = sending_heartbeat.as_mut().poll(context)
        {
            self.sending_heartbeat = None;
            if let Err(error) = kept {
                tracing::debug!(group = &*self.consumer.group, %error, "cannot send a heartbeat");
            }
        }
        let due = is_ready(self.heartbeat.as_mut(), context);
        if due {
            self.heartbeat = None;
            if self.held() > 0 {
                self.sending_heartbeat = Some(self.subscriber.keep_alive());
            }
        }
        due
    }

    fn abort(&mut self, error: ConsumeProblem) {
        self.error.get_or_insert(error);
        self.stop();
    }

    /// Starts nothing new. Running receivers may finish; the other messages are given back, or left to
    /// another member if they have failed.
    fn stop(&mut self) {
        self.shutdown = None;
        self.receiving = None;
        self.look_ups.stop();
        let waiting = self.works.extract_if(.., |started| started.work.is_waiting());
        let waiting: Vec<_> = waiting.map(|started| started.work).collect();
        let waiting = waiting.into_iter().chain(self.lanes.clear());
        let looking_up = std::mem::take(&mut self.looking_up).into_iter().chain(self.resumed.drain(..));
        let left: Vec<_> = waiting.chain(looking_up).collect();
        for work in left {
            self.leave(*work);
        }
        self.dead_letterings.retain(|dead_lettering| !dead_lettering.is_waiting());
        let clock = self.consumer.bus.backend().clock();
        self.deadline.get_or_insert_with(|| clock.sleep(self.consumer.shutdown_timeout));
        self.leaving_limit.get_or_insert_with(|| self.consumer.leaving_limit());
    }

    /// Whether a message that waits for a retry or a schema is left to another member.
    fn is_left(&self, work: &Work) -> bool {
        let is_revoked = work.revoked || self.rebalancing.is_revoking(&work.delivery.position.partition);
        (work.is_waiting() || work.is_looking_up()) && (is_revoked || !self.is_running())
    }

    fn is_running(&self) -> bool {
        self.shutdown.is_some()
    }

    fn is_over(&self) -> bool {
        !self.is_running() && self.held() == 0
    }

    /// The number of messages that are not done.
    fn in_hand(&self) -> usize {
        let looking_up = self.looking_up.len() + self.resumed.len();
        self.lanes.len() + self.works.len() + looking_up + self.dead_letterings.len()
    }

    /// The number of messages that are done and not acknowledged yet.
    fn unacknowledged(&self) -> usize {
        self.done.len() + self.acknowledging.as_ref().map_or(0, |acknowledging| acknowledging.positions.len())
    }

    /// The number of messages that this member received and has not acknowledged.
    fn held(&self) -> usize {
        self.in_hand() + self.unacknowledged() + self.giving_back.len()
    }

    fn heartbeat_interval(&self) -> Duration {
        self.consumer.claim_after / 3
    }
}
