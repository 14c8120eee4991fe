use std::time::SystemTime;

use crate::{Extensions, LibraryVersion, Metadata, Text, metadata::IdSource};

/// A source of events: what the metadata of all its events have in common.
#[derive(Debug)]
pub(crate) struct Source {
    name: Text,
    host: Text,
    library: LibraryVersion,
    ids: IdSource,
}

impl Source {
    /// Creates a source on this host.
    pub(crate) fn new(name: Text) -> Self {
        Self {
            name,
            host: gethostname::gethostname().to_string_lossy().as_ref().into(),
            library: LibraryVersion::current(),
            ids: IdSource::new(),
        }
    }

    /// Makes the metadata of an event that happens now.
    pub(crate) fn announce(&self, event_type: Text, minorversion: u32, now: SystemTime) -> Metadata {
        Metadata {
            event_type,
            id: self.ids.next(now),
            minorversion,
            source: self.name.clone(),
            sourcehost: self.host.clone(),
            time: now.into(),
            sourcelib: self.library.clone(),
            extensions: Extensions::default(),
        }
    }
}
