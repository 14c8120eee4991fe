use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::StoredSchema;
use crate::backend::BackendError;

/// Warnings about the schema store of a bus, each of which is logged once.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    no_store: AtomicBool,
    not_permitted: AtomicBool,
    /// The names of the versions of which the store has other facts.
    other_facts: Mutex<BTreeSet<String>>,
}

impl Warnings {
    /// The bus has no schema store.
    pub(crate) fn no_store(&self) {
        if !self.no_store.swap(true, Ordering::Relaxed) {
            tracing::warn!("the bus has no schema store: consumers must know the versions of its events");
        }
    }

    /// The bus does not permit to record a schema.
    pub(crate) fn not_permitted(&self, schema: &StoredSchema, error: &BackendError) {
        if !self.not_permitted.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                event_type = &*schema.event_type,
                %error,
                "the bus does not permit to record schemas: events are published without, and consumers must \
                 know their versions"
            );
        }
    }

    /// The bus has the schema of a version. Warns if a fact of the program is not recorded with it.
    pub(crate) fn compare_facts(&self, program: &StoredSchema, recorded: &StoredSchema) {
        let pii = program.pii.iter().filter(|(path, class)| recorded.pii.get(*path) != Some(class));
        let mut differences: Vec<_> = pii.map(|(path, class)| format!("`{path}` is {class}")).collect();
        if let Some(key) = program.key.as_ref().filter(|key| recorded.key.as_ref() != Some(key)) {
            differences.push(format!("`{key}` is the key"));
        }
        let mut known = self.other_facts.lock().unwrap_or_else(PoisonError::into_inner);
        if !differences.is_empty() && known.insert(program.name()) {
            tracing::warn!(
                event_type = &*program.event_type,
                minorversion = program.minor,
                differences = differences.join(", "),
                "the bus has other classes of personal data, or another key, for a version of an event, and \
                 does not change them: tools that read them there show these fields; give the event a new \
                 minor version"
            );
        }
    }
}
