use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    Framing, Metadata,
    backend::{BatchError, BoxFuture, Delivery, Message, Order, Outgoing, Partition, Position},
    consumer::{
        Consumer, Failure, UnknownType, audit,
        lanes::{InLane, Lane},
        look_ups,
        outage::Outage,
        receiver::Call,
    },
    envelope::{self, Opened},
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
    failures: u32,
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
    /// The receiver runs, or is called by the next poll.
    Running(BoxFuture<'static, Result<(), Failure>>),
    /// The schema of the event is being looked up.
    LookingUp,
    /// The receiver failed, and waits for a retry.
    Waiting(BoxFuture<'static, ()>),
    /// There is no receiver, or the message has failed.
    Decided(Option<WorkOutcome>),
}

impl Work {
    /// Takes a message in: opens its envelope, and decodes its event if that tells the lane.
    pub(super) fn new(consumer: &Consumer, delivery: Delivery) -> Self {
        let opened = envelope::open(&delivery, consumer.strictness);
        let (lane, state) = (Lane::Free, State::Received);
        let mut work = Self { delivery, metadata: None, key: None, revoked: false, lane, failures: 0, state };
        match opened {
            Ok(Opened { metadata, defaulted }) => {
                audit::defaults(&consumer.group, &work.delivery.position, &defaulted);
                work.metadata = Some(metadata);
            }
            Err(error) => work.decide(WorkOutcome::Failed(Failure::Envelope(error))),
        }
        if work.delivery.message.payload.is_none() {
            work.decide(WorkOutcome::Tombstone);
        }
        work.lane = match (consumer.order, &work.delivery.message.key) {
            (Order::None, _) => Lane::Free,
            // Keys that share a lane by chance have an order that they do not need.
            (Order::PerKey, Some(key)) => {
                Lane::WireKey(consumer.lookups.framing_or(Framing::Datum).strip(key).into())
            }
            (Order::PerKey, None) => match work.state {
                State::Decided(Some(WorkOutcome::Tombstone)) => Lane::Free,
                _ => work.prepare(consumer),
            },
        };
        work
    }

    /// Whether it waits for a retry.
    pub(super) fn is_waiting(&self) -> bool {
        match self.state {
            State::Waiting(_) => true,
            State::Received | State::Running(_) | State::LookingUp | State::Decided(_) => false,
        }
    }

    /// Whether it waits for the look-up of a schema.
    pub(super) fn is_looking_up(&self) -> bool {
        match self.state {
            State::LookingUp => true,
            State::Received | State::Running(_) | State::Waiting(_) | State::Decided(_) => false,
        }
    }

    /// Lets it ask for its schema again.
    pub(super) fn resume(mut self) -> Self {
        if self.is_looking_up() {
            self.state = State::Received;
        }
        self
    }

    pub(super) fn poll(&mut self, consumer: &Consumer, context: &mut Context<'_>) -> Poll<WorkOutcome> {
        loop {
            match &mut self.state {
                State::Received => drop(self.prepare(consumer)),
                State::Running(future) => match ready!(future.as_mut().poll(context)) {
                    Ok(()) => self.decide(WorkOutcome::Processed),
                    Err(failure) => self.fail(consumer, failure),
                },
                State::Waiting(pause) => {
                    ready!(pause.as_mut().poll(context));
                    self.prepare(consumer);
                }
                State::LookingUp => return Poll::Pending,
                State::Decided(outcome) => return outcome.take().map_or(Poll::Pending, Poll::Ready),
            }
        }
    }

    /// Decodes the event, and makes the call of its receiver. Returns the lane of a keyless message.
    fn prepare(&mut self, consumer: &Consumer) -> Lane {
        let Some(metadata) = &self.metadata else { return Lane::UnknownKey };
        let event_type = &*metadata.event_type;
        let typed = consumer.receivers.iter().find(|receiver| receiver.event_type() == event_type);
        let Some(receiver) = typed.or(consumer.any.as_ref()) else {
            let (outcome, lane) = match consumer.unknown_type {
                UnknownType::Skip => (WorkOutcome::Skipped, Lane::Free),
                UnknownType::Fail => {
                    let failure = Failure::UnknownType { event_type: event_type.into() };
                    (WorkOutcome::Failed(failure), Lane::UnknownKey)
                }
            };
            self.decide(outcome);
            return lane;
        };
        let mut delivery = self.delivery.clone();
        delivery.attempt = delivery.attempt.saturating_add(self.failures);
        match Arc::clone(receiver).prepare(metadata.clone(), delivery, &consumer.lookups) {
            Ok(Call { future, keyless_lane, key }) => {
                self.key = key;
                self.state = State::Running(future);
                keyless_lane
            }
            Err(failure) => {
                self.fail(consumer, failure);
                Lane::UnknownKey
            }
        }
    }

    fn fail(&mut self, consumer: &Consumer, failure: Failure) {
        if look_ups::is_pending(&failure) {
            self.state = State::LookingUp;
            return;
        }
        self.failures += 1;
        if !failure.is_transient() || self.failures >= consumer.retry.attempts {
            return self.decide(WorkOutcome::Failed(failure));
        }
        let pause = consumer.retry.pause(self.failures);
        audit::failure(&consumer.group, &self.delivery.position, &failure, "retried");
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

/// A message that is being moved to the dead-letter topic.
pub(super) struct DeadLettering {
    pub(super) work: Work,
    pub(super) failure: Failure,
    message: Outgoing,
    /// `None` while the bus cannot be reached.
    publishing: Option<BoxFuture<'static, Result<Vec<Position>, BatchError>>>,
    outage: Outage,
}

impl DeadLettering {
    /// Publishes the message with additional headers that say why it is there.
    pub(super) fn new(consumer: &Consumer, topic: Arc<str>, work: Work, failure: Failure) -> Self {
        let position = &work.delivery.position;
        let mut message = Message::clone(&work.delivery.message);
        // The headers of an earlier dead-lettering are replaced.
        message.headers.retain(|name, _| !name.starts_with("dlq_"));
        let headers = [
            ("dlq_reason", failure.reason().to_owned()),
            ("dlq_error", shortened(failure.to_string())),
            ("dlq_topic", position.partition.topic.as_ref().to_owned()),
            ("dlq_partition", position.partition.number.to_string()),
            ("dlq_offset", position.offset.as_ref().to_owned()),
            ("dlq_group", consumer.group.as_ref().to_owned()),
            ("dlq_attempts", work.failures.max(1).to_string()),
        ];
        message.headers.extend(headers);
        let message = Outgoing::new(topic, message);
        let publishing = Some(consumer.bus.backend().publish(vec![message.clone()]));
        Self { work, failure, message, publishing, outage: Outage::default() }
    }

    /// Whether it waits because the bus cannot be reached.
    pub(super) fn is_waiting(&self) -> bool {
        self.publishing.is_none()
    }

    pub(super) fn poll(
        &mut self,
        consumer: &Consumer,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), BatchError>> {
        loop {
            let Some(publishing) = &mut self.publishing else {
                if !self.outage.poll(context) {
                    return Poll::Pending;
                }
                self.publishing = Some(consumer.bus.backend().publish(vec![self.message.clone()]));
                continue;
            };
            let Err(BatchError { fates, error, .. }) = ready!(publishing.as_mut().poll(context)) else {
                return Poll::Ready(Ok(()));
            };
            self.publishing = None;
            if let Err(error) = self.outage.begin(consumer, error) {
                return Poll::Ready(Err(BatchError { fates, error }));
            }
        }
    }
}

/// Shortens an error for a header: logs limit the size of a message with its headers.
fn shortened(mut error: String) -> String {
    const MOST_BYTES: usize = 4096;
    const CUT: &str = " [cut]";
    if error.len() > MOST_BYTES {
        let end = (0..=MOST_BYTES - CUT.len()).rev().find(|end| error.is_char_boundary(*end));
        error.truncate(end.unwrap_or(0));
        error.push_str(CUT);
    }
    error
}
