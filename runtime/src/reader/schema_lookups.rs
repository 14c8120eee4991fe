use std::{fmt, sync::Arc};

use crate::{DecodeError, Expected, backend::BoxError};

/// Looks up the Avro schema of a version, an event type and a minor, that the program does not have; none where it is not
/// known there either. An error is no answer: a consumer asks again.
pub type Lookup = dyn Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync;

/// Looks up the Avro schema that a schema registry has under an id; none where it has none. An error is no answer: a consumer asks again.
pub type SchemaLookup = dyn Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync;

/// Looks up the versions of an event type whose schemas have a fingerprint: each minor with its Avro schema. An error is no
/// answer: a consumer asks again.
pub type FingerprintLookup = dyn Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync;

/// What stands before the datum in a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// Nothing: the envelope names the version.
    #[default]
    Datum,
    /// `C3 01` and the fingerprint of the schema (Avro 1.12, "Single-object encoding").
    SingleObject,
    /// `00` and the id of the schema in a schema registry, four bytes with the highest first (Confluent's wire format).
    Confluent,
}

/// How a reader finds the writer schema of an event. The payload's framing comes before the envelope, and the versions
/// that the program was built with come before look-ups.
#[derive(Clone, Default)]
pub struct SchemaLookups {
    pub(super) framing: Framing,
    pub(super) versions: Option<Arc<Lookup>>,
    pub(super) schemas: Option<Arc<SchemaLookup>>,
    pub(super) fingerprints: Option<Arc<FingerprintLookup>>,
}

impl SchemaLookups {
    /// Data without framing, written with versions that the program was built with.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands before each datum.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Where the schemas of versions are looked up that came after this program was built.
    #[must_use]
    pub fn versions<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.versions = Some(Arc::new(lookup));
        self
    }

    /// Where the fingerprints of [`Framing::SingleObject`] are looked up that no version of the program has, or where the envelope
    /// names one that it does not know.
    #[must_use]
    pub fn fingerprints<F>(mut self, lookup: F) -> Self
    where
        F: Fn(&str, u64) -> Result<Vec<(u32, String)>, BoxError> + Send + Sync + 'static,
    {
        self.fingerprints = Some(Arc::new(lookup));
        self
    }

    /// Where the ids of [`Framing::Confluent`] are looked up.
    #[must_use]
    pub fn schemas<F>(mut self, lookup: F) -> Self
    where
        F: Fn(u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static,
    {
        self.schemas = Some(Arc::new(lookup));
        self
    }
}

impl fmt::Debug for SchemaLookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaLookups").field("framing", &self.framing).finish_non_exhaustive()
    }
}

/// The id and the datum of a payload in Confluent's framing.
pub(super) fn split_confluent(payload: &[u8]) -> Result<(u32, &[u8]), DecodeError> {
    let split = payload.strip_prefix(&[0]).and_then(<[u8]>::split_first_chunk);
    let (id, datum) = split.ok_or_else(|| DecodeError::new(0, Expected::SchemaId))?;
    Ok((u32::from_be_bytes(*id), datum))
}
