use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    Metadata,
    backend::{BatchError, BoxFuture, Delivery, Message, Outgoing, Position},
    consumer::{Consumer, Failure, UnknownType, audit, outage::Outage, receiver::Call},
    envelope::{self, Opened},
};

/// A message that is being processed.
pub(super) struct Work {
    pub(super) delivery: Delivery,
    pub(super) metadata: Option<Metadata>,
    /// The key for the audit line.
    pub(super) key: Option<String>,
    /// Set when another member claimed the message: it is not acknowledged.
    pub(super) revoked: bool,
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
    /// The receiver runs.
    Running(BoxFuture<'static, Result<(), Failure>>),
    /// The receiver failed, and waits for a retry.
    Waiting(BoxFuture<'static, ()>),
    /// There is no receiver, or the call has failed.
    Decided(Option<WorkOutcome>),
}

impl Work {
    pub(super) fn start(consumer: &Consumer, delivery: Delivery) -> Self {
        let opened = envelope::open(&delivery, consumer.strictness);
        let is_tombstone = delivery.message.payload.is_none();
        let decided = State::Decided(is_tombstone.then_some(WorkOutcome::Tombstone));
        let mut work =
            Self { delivery, metadata: None, key: None, revoked: false, failures: 0, state: decided };
        if is_tombstone {
            work.metadata = opened.ok().map(|opened| opened.metadata);
            return work;
        }
        match opened {
            Ok(Opened { metadata, defaulted }) => {
                audit::defaults(&consumer.group, &work.delivery.position, &defaulted);
                work.metadata = Some(metadata);
                work.call(consumer);
            }
            Err(error) => work.decide(WorkOutcome::Failed(Failure::Envelope(error))),
        }
        work
    }

    /// Whether it waits for a retry.
    pub(super) fn is_waiting(&self) -> bool {
        match self.state {
            State::Waiting(_) => true,
            State::Running(_) | State::Decided(_) => false,
        }
    }

    pub(super) fn poll(&mut self, consumer: &Consumer, context: &mut Context<'_>) -> Poll<WorkOutcome> {
        loop {
            match &mut self.state {
                State::Running(future) => match ready!(future.as_mut().poll(context)) {
                    Ok(()) => self.decide(WorkOutcome::Processed),
                    Err(failure) => self.fail(consumer, failure),
                },
                State::Waiting(pause) => {
                    ready!(pause.as_mut().poll(context));
                    self.call(consumer);
                }
                State::Decided(outcome) => return outcome.take().map_or(Poll::Pending, Poll::Ready),
            }
        }
    }

    fn call(&mut self, consumer: &Consumer) {
        let Some(metadata) = &self.metadata else { return };
        let event_type = &*metadata.event_type;
        let typed = consumer.receivers.iter().find(|receiver| receiver.event_type() == event_type);
        let Some(receiver) = typed.or(consumer.any.as_ref()) else {
            let outcome = match consumer.unknown_type {
                UnknownType::Skip => WorkOutcome::Skipped,
                UnknownType::Fail => {
                    WorkOutcome::Failed(Failure::UnknownType { event_type: event_type.into() })
                }
            };
            return self.decide(outcome);
        };
        let mut delivery = self.delivery.clone();
        delivery.attempt = delivery.attempt.saturating_add(self.failures);
        match receiver.call(metadata.clone(), delivery, &consumer.lookups) {
            Ok(Call { future, key }) => {
                self.key = key;
                self.state = State::Running(future);
            }
            Err(failure) => self.fail(consumer, failure),
        }
    }

    fn fail(&mut self, consumer: &Consumer, failure: Failure) {
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
            let Err(BatchError { published, error }) = ready!(publishing.as_mut().poll(context)) else {
                return Poll::Ready(Ok(()));
            };
            self.publishing = None;
            if let Err(error) = self.outage.begin(consumer, error) {
                return Poll::Ready(Err(BatchError { published, error }));
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
