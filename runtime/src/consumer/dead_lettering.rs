use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    backend::{BatchError, BoxFuture, ErrorKind, Fate, Message, Outgoing, Position, Subscriber},
    consumer::{Failure, config::Config, outage::Outage, work::Work},
};

/// A message that is being moved to the dead-letter topic.
pub(super) struct DeadLettering<'a> {
    consumer: &'a Config,
    subscriber: &'a dyn Subscriber,
    pub(super) work: Box<Work>,
    pub(super) failure: Failure,
    message: Outgoing,
    /// `None` while the bus cannot be reached.
    publishing: Option<BoxFuture<'a, Result<Vec<Position>, BatchError>>>,
    outage: Outage,
}

/// How moving a message ended.
#[derive(Debug)]
pub(super) enum Moved {
    /// It is in the dead-letter topic, and acknowledged.
    Acknowledged,
    /// It is in the dead-letter topic, and is not acknowledged.
    Published,
    /// It was moved before, or another member holds it.
    Lost,
}

impl<'a> DeadLettering<'a> {
    /// Publishes the message with additional headers that say why it is there.
    pub(super) fn new(
        consumer: &'a Config,
        subscriber: &'a dyn Subscriber,
        topic: Arc<str>,
        work: Box<Work>,
        failure: Failure,
    ) -> Self {
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
        let mut moving = Self {
            consumer,
            subscriber,
            work,
            failure,
            message,
            publishing: None,
            outage: Outage::default(),
        };
        moving.publish();
        moving
    }

    fn publish(&mut self) {
        let (backend, batch) = (&**self.consumer.bus.backend(), vec![self.message.clone()]);
        let positions = vec![self.work.delivery.position.clone()];
        self.publishing = Some(self.subscriber.publish_and_acknowledge(backend, batch, positions));
    }

    /// Whether it waits because the bus cannot be reached.
    pub(super) fn is_waiting(&self) -> bool {
        self.publishing.is_none()
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Moved, BatchError>> {
        loop {
            let Some(publishing) = &mut self.publishing else {
                if !self.outage.poll(context) {
                    return Poll::Pending;
                }
                if self.work.revoked {
                    return Poll::Ready(Ok(Moved::Lost));
                }
                self.publish();
                continue;
            };
            let Err(BatchError { fates, error, .. }) = ready!(publishing.as_mut().poll(context)) else {
                return Poll::Ready(Ok(Moved::Acknowledged));
            };
            self.publishing = None;
            if fates.iter().any(|fate| matches!(fate, Fate::Published(_))) {
                return Poll::Ready(Ok(Moved::Published));
            }
            if error.kind == ErrorKind::Revoked {
                return Poll::Ready(Ok(Moved::Lost));
            }
            if let Err(error) = self.outage.begin(self.consumer, error) {
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
