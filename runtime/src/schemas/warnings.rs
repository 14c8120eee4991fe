use std::sync::atomic::{AtomicBool, Ordering};

use super::StoredSchema;
use crate::backend::BackendError;

/// Warnings about the schema store of a bus, each of which is logged once.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    no_store: AtomicBool,
    not_permitted: AtomicBool,
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
}
