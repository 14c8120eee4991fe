use std::{sync::Arc, time::SystemTime};

use crate::{Extensions, LibraryVersion, Metadata, metadata::IdSource};

/// A source of events: what the metadata of all its events have in common.
#[derive(Debug)]
pub(crate) struct Source {
    name: Arc<str>,
    host: Arc<str>,
    library: LibraryVersion,
    ids: IdSource,
}

impl Source {
    /// Creates a source on this host.
    pub(crate) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            host: gethostname::gethostname().to_string_lossy().into(),
            library: LibraryVersion::current(),
            ids: IdSource::new(),
        }
    }

    /// Makes the metadata of an event that happens now.
    pub(crate) fn announce(&self, event_type: Arc<str>, minorversion: u32, now: SystemTime) -> Metadata {
        Metadata {
            event_type,
            id: self.ids.next(now),
            minorversion,
            source: Arc::clone(&self.name),
            sourcehost: Arc::clone(&self.host),
            time: now.into(),
            sourcelib: self.library.clone(),
            extensions: Extensions::default(),
        }
    }
}
