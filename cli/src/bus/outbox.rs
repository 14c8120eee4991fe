use std::{collections::HashMap, sync::Arc};

use signalbook::{
    Bus, StoredSchema,
    backend::{Contract, Fate, Message, Outgoing},
    blocking::block_on,
    envelope::header,
};
use signalbook_model::Facts;

use crate::{failure::Failure, registry::Loaded};

/// Sends messages to a topic in batches, with the schemas of those that are events of the registry.
pub(crate) struct Outbox<'a> {
    bus: &'a Bus,
    registry: &'a Loaded,
    /// By event type and minor version.
    contracts: HashMap<(String, u32), Option<Contract>>,
    pub(crate) topic: Arc<str>,
    batch: Vec<Outgoing>,
    /// The number of published messages.
    pub(crate) published: usize,
}

/// The maximum number of messages in a batch.
const TRIP: usize = 1024;

impl<'a> Outbox<'a> {
    pub(crate) fn new(bus: &'a Bus, topic: &str, registry: &'a Loaded) -> Self {
        let contracts = HashMap::new();
        Self { bus, registry, contracts, topic: bus.topic(topic), batch: Vec::new(), published: 0 }
    }

    /// Adds a message, and sends the batch if it is full.
    pub(crate) fn push(&mut self, message: Message) -> Result<(), Failure> {
        let contract = self.contract(&message);
        self.batch.push(Outgoing::new(Arc::clone(&self.topic), message).with_contract(contract));
        if self.batch.len() == TRIP { self.flush() } else { Ok(()) }
    }

    /// Returns the contract of the version that the headers name, or `None` if the registry does not
    /// contain that version.
    fn contract(&mut self, message: &Message) -> Option<Contract> {
        let text = |name| std::str::from_utf8(message.headers.get(name)?).ok();
        let event_type = text(header::TYPE)?.to_owned();
        let minor = text(header::MINOR_VERSION)?.parse().ok()?;
        let (bus, registry) = (self.bus, self.registry);
        let contract = self.contracts.entry((event_type, minor)).or_insert_with_key(|(event_type, minor)| {
            let schema = registry.schema(event_type, *minor).ok()?;
            let facts = Facts::of(&registry.checked.registry, event_type)?;
            let stored = StoredSchema::new(event_type.as_str(), *minor, &schema);
            let key = facts.key.as_ref().map(|key| &*key.path);
            bus.contract(stored.with_key(key).with_pii(facts.pii.clone()))
        });
        contract.clone()
    }

    /// Sends the batch.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        match block_on(self.bus.publish_messages(batch)) {
            Ok(positions) => self.published += positions.len(),
            Err(error) => {
                self.published +=
                    error.fates.iter().filter(|fate| matches!(fate, Fate::Published(_))).count();
                return Err(Failure::new(format!("publishing failed after {} events", self.published))
                    .caused_by(error));
            }
        }
        Ok(())
    }
}
