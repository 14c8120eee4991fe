use std::sync::Arc;

use signalbook::{
    Bus,
    backend::{Backend, Message, Outgoing},
    blocking::block_on,
};

use crate::failure::Failure;

/// Messages on their way to a topic, many in one trip.
pub(crate) struct Outbox<'a> {
    backend: &'a dyn Backend,
    pub(crate) topic: Arc<str>,
    batch: Vec<Outgoing>,
    /// How many the bus has taken.
    pub(crate) published: usize,
}

/// The most messages in one trip to the bus.
const TRIP: usize = 1024;

impl<'a> Outbox<'a> {
    pub(crate) fn new(bus: &'a Bus, topic: &str) -> Self {
        Self { backend: &**bus.backend(), topic: bus.topic(topic), batch: Vec::new(), published: 0 }
    }

    /// Adds a message, and sends those there are where they fill a trip.
    pub(crate) fn push(&mut self, message: Message) -> Result<(), Failure> {
        self.batch.push(Outgoing { topic: Arc::clone(&self.topic), message });
        if self.batch.len() == TRIP { self.flush() } else { Ok(()) }
    }

    /// Sends those there are.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        match block_on(self.backend.publish(batch)) {
            Ok(positions) => self.published += positions.len(),
            Err(error) => {
                self.published += error.published.iter().flatten().count();
                return Err(Failure::new(format!("the bus took {} events, and no more", self.published))
                    .caused_by(error));
            }
        }
        Ok(())
    }
}
