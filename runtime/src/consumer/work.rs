use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, SystemTime},
};

use crate::{
    Metadata,
    backend::{BoxFuture, Delivery, Order, Partition},
    consumer::{
        Failure, Refusal, UnknownType, audit_log,
        config::Config,
        lanes::{InLane, Lane},
        look_ups,
        receiver::{Call, ReceiverCall},
        receivers_by_type::Receivers,
        traced_call::TracedCall,
    },
    envelope::{self, Opened},
    telemetry::Metric,
};

/// A message that was received, and how far its processing is.
pub(super) struct Work {
    pub(super) delivery: Delivery,
    pub(super) metadata: Option<Metadata>,
    /// The key for the audit line.
    pub(super) key: Option<String>,
    /// Set when another member claimed the message: it is not acknowledged.
    pub(super) revoked: bool,
    lane: Lane,
    pub(super) failures: u32,
    /// Why the last attempt failed, until the next one begins.
    retried: Option<&'static str>,
    state: State,
}

/// How processing a message ended.
#[derive(Debug)]
pub(super) enum WorkOutcome {
    Processed,
    Skipped,
    /// The message has no payload.
    Tombstone,
    Failed(Failure),
}

enum State {
    /// The event is not decoded yet.
    Received,
    /// The event is decoded. The next poll calls the receiver.
    Prepared(ReceiverCall),
    /// The receiver runs.
    Running { call: TracedCall, began: Option<SystemTime> },
    /// The schema of the event is being looked up.
    LookingUp,
    /// The receiver failed, and waits for a retry.
    Waiting(BoxFuture<'static, ()>),
    /// There is no receiver, or the message has failed.
    Decided(Option<WorkOutcome>),
}

impl Work {
    /// Takes a message in: opens its envelope, and decodes its event if that tells the lane. It is in a box
    /// because it moves from one collection to the next.
    pub(super) fn new(consumer: &Config, receivers: &mut Receivers, delivery: Delivery) -> Box<Self> {
        let event_type_text = |event_type: &str| receivers.event_type_text(event_type);
        let opened = envelope::open_with(&delivery, consumer.strictness, event_type_text);
        let (lane, state) = (Lane::Free, State::Received);
        let mut work = Box::new(Self {
            delivery,
            metadata: None,
            key: None,
            revoked: false,
            lane,
            failures: 0,
            retried: None,
            state,
        });
        match opened {
            Ok(Opened { metadata, defaulted }) => {
                audit_log::defaults(&consumer.group, &work.delivery.position, &defaulted);
                work.metadata = Some(metadata);
            }
            Err(error) => work.decide(WorkOutcome::Failed(Failure::Envelope(error))),
        }
        let earlier = work.delivery.attempt.saturating_sub(1);
        if work.delivery.message.payload.is_none() {
            work.decide(WorkOutcome::Tombstone);
        } else if consumer.max_deliveries.is_some_and(|max| earlier >= max) {
            work.decide(WorkOutcome::Failed(Failure::TooManyDeliveries { earlier }));
        }
        work.lane = match (consumer.order, &work.delivery.message.key) {
            (Order::None, _) => Lane::Free,
            // Keys that share a lane by chance have an order that they do not need.
            (Order::PerKey, Some(key)) => Lane::WireKey(receivers.strip(key).into()),
            (Order::PerKey, None) => match work.state {
                State::Decided(Some(WorkOutcome::Tombstone)) => Lane::Free,
                // Decoding it may be what makes the process crash.
                State::Decided(_) => Lane::UnknownKey,
                _ => work.prepare(consumer, receivers),
            },
        };
        work
    }

    /// Whether it waits for a retry.
    pub(super) fn is_waiting(&self) -> bool {
        match self.state {
            State::Waiting(_) => true,
            State::Received
            | State::Prepared(_)
            | State::Running { .. }
            | State::LookingUp
            | State::Decided(_) => false,
        }
    }

    /// Whether it waits for the look-up of a schema.
    pub(super) fn is_looking_up(&self) -> bool {
        match self.state {
            State::LookingUp => true,
            State::Received
            | State::Prepared(_)
            | State::Running { .. }
            | State::Waiting(_)
            | State::Decided(_) => false,
        }
    }

    /// Lets it ask for its schema again.
    pub(super) fn resume(&mut self) {
        if self.is_looking_up() {
            self.state = State::Received;
        }
    }

    pub(super) fn poll(
        &mut self,
        consumer: &Config,
        receivers: &mut Receivers,
        context: &mut Context<'_>,
    ) -> Poll<WorkOutcome> {
        loop {
            match &mut self.state {
                State::Received => drop(self.prepare(consumer, receivers)),
                State::Prepared(_) => self.call(consumer),
                State::Running { call, began } => {
                    let result = ready!(Pin::new(call).poll(context));
                    let failure = result.as_ref().err();
                    consumer.observe_call(*began, self.metadata.as_ref(), &self.delivery, failure);
                    match result {
                        Ok(()) => self.decide(WorkOutcome::Processed),
                        Err(failure) => self.fail(consumer, failure),
                    }
                }
                State::Waiting(pause) => {
                    ready!(pause.as_mut().poll(context));
                    self.prepare(consumer, receivers);
                }
                State::LookingUp => return Poll::Pending,
                State::Decided(outcome) => return outcome.take().map_or(Poll::Pending, Poll::Ready),
            }
        }
    }

    /// Decodes the event, and prepares the call of its receiver. Returns the lane of a keyless message.
    fn prepare(&mut self, consumer: &Config, receivers: &mut Receivers) -> Lane {
        let Some(metadata) = &self.metadata else { return Lane::UnknownKey };
        let event_type = &*metadata.event_type;
        let Some(receiver) = receivers.find(event_type) else {
            let (outcome, lane) = match consumer.unknown_type {
                UnknownType::Skip => {
                    receivers.warn_of_unknown(&consumer.group, event_type);
                    (WorkOutcome::Skipped, Lane::Free)
                }
                UnknownType::Ignore => (WorkOutcome::Skipped, Lane::Free),
                UnknownType::Fail => {
                    let failure = Failure::UnknownType { event_type: event_type.into() };
                    (WorkOutcome::Failed(failure), Lane::UnknownKey)
                }
            };
            self.decide(outcome);
            return lane;
        };
        match receiver.prepare(metadata, &self.delivery, self.attempt()) {
            Ok(Call { future, keyless_lane, key }) => {
                self.key = key;
                self.state = State::Prepared(future);
                keyless_lane
            }
            Err(failure) => {
                self.fail(consumer, failure);
                Lane::UnknownKey
            }
        }
    }

    /// Calls the receiver.
    fn call(&mut self, consumer: &Config) {
        let prepared = mem::replace(&mut self.state, State::Decided(None));
        let (State::Prepared(call), Some(metadata)) = (prepared, &self.metadata) else { return };
        if let Some(reason) = self.retried.take() {
            let topic = &self.delivery.position.partition.topic;
            consumer.observe(Metric::Retried, 1.0, topic, Some(reason));
        }
        let began = consumer.begin_observing();
        let call = consumer.wrap(metadata, &self.delivery, self.attempt(), call);
        self.state = State::Running { call, began };
    }

    /// The number of the attempt.
    fn attempt(&self) -> u32 {
        self.delivery.attempt.saturating_add(self.failures)
    }

    fn fail(&mut self, consumer: &Config, failure: Failure) {
        if look_ups::is_pending(&failure) {
            self.state = State::LookingUp;
            return;
        }
        let refusal = match &failure {
            Failure::Receiver(error) => Refusal::find(&**error),
            _ => None,
        };
        let is_counted = !matches!(refusal, Some(Refusal::NotNow { .. }));
        self.failures += u32::from(is_counted);
        if is_counted && (!failure.is_transient() || self.failures >= consumer.retry.attempts) {
            return self.decide(WorkOutcome::Failed(failure));
        }
        let pause = match refusal {
            Some(Refusal::Retry { after, .. }) => *after,
            // A receiver that is never ready must not occupy the task of the consumer.
            Some(Refusal::NotNow { after }) => (*after).max(Duration::from_millis(1)),
            Some(Refusal::Reject(_)) | None => consumer.retry.pause(self.failures),
        };
        self.retried = Some(failure.reason());
        let next = if is_counted { "retried" } else { "postponed" };
        audit_log::failure(&consumer.group, &self.delivery.position, &failure, next);
        self.state = State::Waiting(consumer.bus.backend().clock().sleep(pause));
    }

    fn decide(&mut self, outcome: WorkOutcome) {
        self.state = State::Decided(Some(outcome));
    }
}

impl InLane for Work {
    fn partition(&self) -> &Partition {
        &self.delivery.position.partition
    }

    fn lane(&self) -> &Lane {
        &self.lane
    }
}
