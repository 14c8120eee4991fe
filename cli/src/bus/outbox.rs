use std::sync::Arc;

use signalbook::{
    Bus,
    backend::{Backend, Message, Outgoing},
    blocking::block_on,
};

use crate::failure::Failure;

/// Sends messages to a topic in batches.
pub(crate) struct Outbox<'a> {
    backend: &'a dyn Backend,
    pub(crate) topic: Arc<str>,
    batch: Vec<Outgoing>,
    /// The number of published messages.
    pub(crate) published: usize,
}

/// The maximum number of messages in a batch.
const TRIP: usize = 1024;

impl<'a> Outbox<'a> {
    pub(crate) fn new(bus: &'a Bus, topic: &str) -> Self {
        Self { backend: &**bus.backend(), topic: bus.topic(topic), batch: Vec::new(), published: 0 }
    }

    /// Adds a message, and sends the batch if it is full.
    pub(crate) fn push(&mut self, message: Message) -> Result<(), Failure> {
        self.batch.push(Outgoing { topic: Arc::clone(&self.topic), message });
        if self.batch.len() == TRIP { self.flush() } else { Ok(()) }
    }

    /// Sends the batch.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        match block_on(self.backend.publish(batch)) {
            Ok(positions) => self.published += positions.len(),
            Err(error) => {
                self.published += error.published.iter().flatten().count();
                return Err(Failure::new(format!("publishing failed after {} events", self.published))
                    .caused_by(error));
            }
        }
        Ok(())
    }
}
