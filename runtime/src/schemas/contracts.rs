use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use signalbook_model::{Builder, Facts};

use super::{StoredSchema, TypeKey, Warnings};
use crate::{Event, PublishError, backend::Contract, schema_of};

/// Whether a publisher records the schemas of its events in the schema store of the bus.
///
/// Consumers read there the schemas of versions that they were not built with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordSchemas {
    /// An event is published only if its schema is recorded.
    Required,
    /// If the bus has no schema store, or does not permit to write to it, events are published without, after
    /// one warning in the log. A log with a framing of its own refuses them: consumers could not read them.
    #[default]
    BestEffort,
    /// Schemas are not recorded.
    Off,
}

/// The contracts of the events that a program publishes on a bus, made when they are first needed.
#[derive(Clone)]
pub(crate) struct Contracts {
    scope: Arc<str>,
    known: Arc<Mutex<HashMap<TypeKey, Vec<Known>>>>,
    warnings: Arc<Warnings>,
}

/// The contract of a type with a key path; `None` if it is published without.
struct Known {
    key_path: Option<Box<str>>,
    is_required: bool,
    contract: Option<Contract>,
}

impl Contracts {
    /// No contracts, for a bus with this prefix.
    pub(crate) fn new(scope: Arc<str>) -> Self {
        Self { scope, known: Arc::default(), warnings: Arc::default() }
    }

    /// Returns the contract of an event whose key is at `key_path`; `None` if it is published without.
    ///
    /// # Errors
    /// The contract is required and the event has no valid schema.
    pub(crate) fn of<E: Event>(
        &self,
        key_path: Option<&str>,
        is_required: bool,
    ) -> Result<Option<Contract>, PublishError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(TypeKey::of::<E>()).or_default();
        let mut same = known.iter().filter(|known| known.is_required == is_required);
        if let Some(known) = same.find(|known| known.key_path.as_deref() == key_path) {
            return Ok(known.contract.clone());
        }
        let contract = match stored::<E>() {
            Ok(stored) => Some(self.contract(stored, key_path, is_required)),
            Err(source) if is_required => {
                return Err(PublishError::Schema { event_type: E::TYPE, source: source.into() });
            }
            Err(error) => {
                tracing::warn!(event_type = E::TYPE, %error, "the schema of an event cannot be recorded");
                None
            }
        };
        known.push(Known { key_path: key_path.map(Box::from), is_required, contract: contract.clone() });
        Ok(contract)
    }

    /// Returns the contract of a version of an event without a Rust type.
    pub(crate) fn of_stored(&self, stored: StoredSchema) -> Contract {
        let key_path = stored.key.clone();
        self.contract(stored, key_path.as_deref(), false)
    }

    fn contract(&self, stored: StoredSchema, key_path: Option<&str>, is_required: bool) -> Contract {
        Contract::new(&self.scope, stored, key_path, is_required, Arc::clone(&self.warnings))
    }

    /// Returns a contract that was made before, by its name.
    pub(crate) fn find(&self, name: &str) -> Option<Contract> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut contracts = known.values().flatten().filter_map(|known| known.contract.as_ref());
        contracts.find(|contract| contract.name() == name).cloned()
    }

    /// The warnings about the schema store of the bus, each logged once.
    pub(crate) fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    /// The prefix of the bus.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }
}

/// The version of an event that the program publishes.
fn stored<E: Event>() -> Result<StoredSchema, crate::SchemaError> {
    let schema = schema_of::<E>()?;
    let mut builder = Builder::new();
    E::describe_event(&mut builder);
    let registry = builder.finish()?;
    let facts = Facts::of(&registry, E::TYPE).unwrap_or_default();
    Ok(StoredSchema::new(E::TYPE, E::MINOR, &schema).with_key(E::KEY).with_pii(facts.pii))
}

impl fmt::Debug for Contracts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contracts").field("scope", &self.scope).finish_non_exhaustive()
    }
}
