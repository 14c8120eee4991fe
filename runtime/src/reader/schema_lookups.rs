use std::{fmt, sync::Arc};

use crate::{DecodeError, Expected, backend::BoxError, single_object};

/// Looks up the Avro schema of a version, by event type and minor version. Returns `None` if it is unknown. A
/// consumer retries after an error.
pub type Lookup = dyn Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync;

/// Looks up the Avro schema of an id of a schema registry. Returns `None` if it is unknown. A consumer
/// retries after an error.
pub type SchemaLookup = dyn Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync;

/// Looks up the versions of an event type whose schemas have a fingerprint: each minor version with its Avro
/// schema. A consumer retries after an error.
pub type FingerprintLookup = dyn Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync;

/// The header before the datum in a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// No header: the envelope names the version.
    #[default]
    Datum,
    /// `C3 01` and the fingerprint of the schema (Avro 1.12, "Single-object encoding").
    SingleObject,
    /// `00` and the id of the schema in a schema registry, four bytes in big-endian order (Confluent's wire
    /// format).
    Confluent,
}

/// How a reader finds the writer schema of an event.
///
/// The framing of the payload takes precedence over the envelope, and the versions that the program was built
/// with over look-ups.
#[derive(Clone, Default)]
pub struct SchemaLookups {
    framing: Option<Framing>,
    pub(crate) versions: Option<Arc<Lookup>>,
    pub(crate) schemas: Option<Arc<SchemaLookup>>,
    pub(crate) fingerprints: Option<Arc<FingerprintLookup>>,
}

impl SchemaLookups {
    /// Creates look-ups for data without framing, written with versions that the program was built with.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the header before each datum.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = Some(framing);
        self
    }

    /// Returns the framing, or `default` if it is not set.
    pub(crate) fn framing_or(&self, default: Framing) -> Framing {
        self.framing.unwrap_or(default)
    }

    /// Sets the look-up of the schemas of versions that are newer than this program.
    #[must_use]
    pub fn versions<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.versions = Some(Arc::new(lookup));
        self
    }

    /// Sets the look-up of the fingerprints of [`Framing::SingleObject`]. It is called for a fingerprint that
    /// no version of the program has, and if the envelope names a version that the program does not know.
    #[must_use]
    pub fn fingerprints<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync + 'static,
    {
        self.fingerprints = Some(Arc::new(lookup));
        self
    }

    /// Sets the look-up of the ids of [`Framing::Confluent`].
    #[must_use]
    pub fn schemas<F>(mut self, lookup: F) -> Self
    where
        F: Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.schemas = Some(Arc::new(lookup));
        self
    }
}

impl Framing {
    /// Returns what follows the framing, or all of `bytes` if they do not begin with it. Bytes without
    /// framing may happen to begin like it.
    pub(crate) fn strip(self, bytes: &[u8]) -> &[u8] {
        match self {
            Self::Datum => bytes,
            Self::SingleObject => single_object::split(bytes).map_or(bytes, |(_, datum)| datum),
            Self::Confluent => split_confluent(bytes).map_or(bytes, |(_, datum)| datum),
        }
    }
}

impl fmt::Debug for SchemaLookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaLookups").field("framing", &self.framing).finish_non_exhaustive()
    }
}

/// Splits a payload in Confluent's framing into the id and the datum.
pub(super) fn split_confluent(payload: &[u8]) -> Result<(u32, &[u8]), DecodeError> {
    let split = payload.strip_prefix(&[0]).and_then(<[u8]>::split_first_chunk);
    let (id, datum) = split.ok_or_else(|| DecodeError::new(0, Expected::SchemaId))?;
    Ok((u32::from_be_bytes(*id), datum))
}
