//! Reads events of any version.

mod error;
mod fingerprint_versions;
mod schema_lookups;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    marker::PhantomData,
};

pub use error::{ReadError, ReadProblem};
use fingerprint_versions::FingerprintVersions;
use schema_lookups::split_confluent;
pub use schema_lookups::{FingerprintLookup, Framing, Lookup, SchemaLookup, SchemaLookups};
use signalbook_codec::private::{VersionError, decode_in_place, decode_rewritten};
use signalbook_model::Schema;
pub use signalbook_resolve::Plan;
use signalbook_resolve::PlanError;

use crate::{Accepted, Decode, Event, decode, schema_of, single_object};

/// Reads events `E` of any accepted version.
///
/// The writer schema is that of the event's version, from [`Event::HISTORY`] or, for a version that is newer
/// than this program, from a look-up ([`SchemaLookups`]). For each version, the resolution to `E` is planned
/// once. Data that the plan changes are rewritten into a buffer, which is reused, and then decoded. Data of
/// `E`'s own version, and of versions with the same wire form, are decoded in place. An unknown version is an
/// error, never a guess.
///
/// A [`Consumer`](crate::Consumer) uses a reader for each receiver.
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Accepted, History, Reader};
///
/// static HISTORY: History = History::new(&[("com.example.shop.order.placed.v1", &[Accepted {
///     minor: 0,
///     fingerprint: 0xd7ba_ffca_6a1c_8a5e,
///     schema: r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.order.placed.v1",
///         "fields": [{"name": "quantity", "type": "int"}, {"name": "id", "type": "string"}]}"#,
/// }])]);
///
/// #[derive(Debug, PartialEq, Event)]
/// # #[avro(crate = signalbook_runtime)]
/// #[event(type = "com.example.shop.order.placed.v1", minor = 1, history = HISTORY)]
/// struct OrderPlaced { id: String, quantity: i64, #[avro(default = "EUR")] currency: String }
///
/// let mut reader = Reader::<OrderPlaced>::new();
/// let event = reader.read(0, b"\x04\x08A-17")?;
/// assert_eq!(event, OrderPlaced { id: "A-17".into(), quantity: 2, currency: "EUR".into() });
/// assert!(reader.read(2, b"\x04\x08A-17").is_err());
/// # Ok::<(), signalbook_runtime::ReadError>(())
/// ```
pub struct Reader<E> {
    lookups: SchemaLookups,
    /// The schema of `E`, computed when it is first needed.
    schema: Option<Schema>,
    decodings: BTreeMap<WriterId, Decoding>,
    /// The writer schemas that were looked up, the oldest first. At most [`MAX_LOOKED_UP`] are kept.
    looked_up: VecDeque<WriterId>,
    /// The versions that have a fingerprint, cached when it is first looked up.
    by_fingerprint: BTreeMap<u64, FingerprintVersions>,
    resolved: Vec<u8>,
    event: PhantomData<fn() -> E>,
}

/// Reads all of `datum` as a `T`, with a plan that [`Plan::typed`] made for the schema of `T` as the reader
/// schema.
///
/// The datum is read in place if possible. Otherwise (for example, if an int becomes a double) it is
/// rewritten into `room`, and the value may borrow from there. The contents of `room` are discarded; only its
/// memory is reused.
///
/// # Errors
/// The bytes are not a datum of the writer schema, or the datum cannot be read as a `T`.
#[inline]
pub fn decode_resolved<'de, T: Decode<'de>>(
    plan: &'de Plan,
    datum: &'de [u8],
    room: &'de mut Vec<u8>,
) -> Result<T, ReadProblem> {
    match decode_in_place(plan, datum) {
        Ok(value) => Ok(value),
        Err(_) => decode_rewritten(plan, datum, room).map_err(|error| match error {
            VersionError::Resolve(error) => ReadProblem::Unresolved(error),
            VersionError::Decode(error) => ReadProblem::Datum(error),
        }),
    }
}

/// The number of looked-up schemas that a reader keeps. Messages from elsewhere may name any number of them.
pub(crate) const MAX_LOOKED_UP: usize = 64;

/// Names the writer schema of a datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum WriterId {
    /// A minor version of the event.
    Minor(u32),
    /// The id of a schema registry.
    SchemaId(u32),
}

/// How to decode the data of a writer schema.
enum Decoding {
    /// Directly, as data of the program's own schema.
    Direct,
    /// With a plan.
    Resolved(Box<Plan>),
    /// They cannot be decoded.
    Refused(PlanError),
}

impl<E: Event + for<'de> Decode<'de>> Reader<E> {
    /// Creates a reader that knows the versions that the program was built with.
    pub fn new() -> Self {
        Self::with(SchemaLookups::default())
    }

    /// Creates a reader with this framing, and with look-ups for versions that the program was not built
    /// with.
    pub fn with(lookups: SchemaLookups) -> Self {
        Self {
            lookups,
            schema: None,
            decodings: BTreeMap::new(),
            looked_up: VecDeque::new(),
            by_fingerprint: BTreeMap::new(),
            resolved: Vec::new(),
            event: PhantomData,
        }
    }

    /// Reads `datum`, to its end, as an event of minor version `minor`.
    ///
    /// # Errors
    /// The version is unknown or incompatible with `E`, or the bytes are not an event of that version.
    pub fn read(&mut self, minor: u32, datum: &[u8]) -> Result<E, ReadError> {
        self.decode(WriterId::Minor(minor), datum).map_err(|problem| Self::error(Some(minor), problem))
    }

    /// Reads the payload of a message as an event. `minor` is the version that the envelope names, if it
    /// names one.
    ///
    /// The writer schema is the one that the framing of the payload names, by fingerprint or by id; else that
    /// of `minor`; else that of `E`.
    ///
    /// Ids are used only if they can be looked up ([`SchemaLookups::schemas`]). Without that look-up, the
    /// envelope names the version.
    ///
    /// A fingerprint that the program does not know is looked up ([`SchemaLookups::fingerprints`]); then the
    /// version that the envelope names is looked up ([`SchemaLookups::versions`]), and must have the
    /// fingerprint. If the envelope names a version that the program does not know, even a known fingerprint
    /// is looked up: a newer version may have the same fingerprint and another logical type.
    ///
    /// If several versions have the fingerprint, the one that the envelope names is used; else any of them,
    /// if they mean the same. A version that is not found is not looked up again, as long as the messages
    /// with that fingerprint name no other new version.
    ///
    /// # Errors
    /// As for [`read`](Self::read). Also: the payload does not have the framing; its fingerprint or id is
    /// unknown; several versions with its fingerprint have different logical types, and the envelope does not
    /// name one of them; or a look-up fails.
    pub fn read_payload(&mut self, minor: Option<u32>, payload: &[u8]) -> Result<E, ReadError> {
        let (writer_id, datum) =
            self.unframe(minor, payload).map_err(|problem| Self::error(minor, problem))?;
        self.decode(writer_id, datum).map_err(|problem| match writer_id {
            WriterId::Minor(minor) => Self::error(Some(minor), problem),
            WriterId::SchemaId(_) => Self::error(minor, problem),
        })
    }

    fn unframe<'p>(
        &mut self,
        minor: Option<u32>,
        payload: &'p [u8],
    ) -> Result<(WriterId, &'p [u8]), ReadProblem> {
        Ok(match self.lookups.framing_or(Framing::Datum) {
            Framing::Datum => (WriterId::Minor(minor.unwrap_or(E::MINOR)), payload),
            Framing::SingleObject => {
                let (fingerprint, datum) = single_object::split(payload).map_err(ReadProblem::Datum)?;
                (WriterId::Minor(self.version_of(fingerprint, minor)?), datum)
            }
            Framing::Confluent => {
                let (id, datum) = split_confluent(payload).map_err(ReadProblem::Datum)?;
                match (minor, &self.lookups.schemas) {
                    (Some(minor), None) => (WriterId::Minor(minor), datum),
                    (None, None) | (_, Some(_)) => (WriterId::SchemaId(id), datum),
                }
            }
        })
    }

    fn decode(&mut self, writer_id: WriterId, datum: &[u8]) -> Result<E, ReadProblem> {
        if writer_id == WriterId::Minor(E::MINOR) {
            return decode(datum).map_err(ReadProblem::Datum);
        }
        self.prepare(writer_id)?;
        match &self.decodings[&writer_id] {
            Decoding::Direct => decode(datum).map_err(ReadProblem::Datum),
            Decoding::Resolved(plan) => decode_resolved(plan, datum, &mut self.resolved),
            Decoding::Refused(error) => Err(ReadProblem::Incompatible(error.clone())),
        }
    }

    /// Plans how to decode data of this writer schema, unless it is planned already.
    fn prepare(&mut self, writer_id: WriterId) -> Result<(), ReadProblem> {
        if self.decodings.contains_key(&writer_id) {
            return Ok(());
        }
        let writer = match writer_id {
            WriterId::Minor(minor) => {
                version::<E>(minor, &self.lookups)?.ok_or(ReadProblem::UnknownVersion)?
            }
            WriterId::SchemaId(id) => registered(id, &self.lookups)?,
        };
        self.plan(writer_id, &writer)
    }

    /// Plans how to decode data of the schema `writer`.
    fn plan(&mut self, writer_id: WriterId, writer: &Schema) -> Result<(), ReadProblem> {
        let decoding = match Plan::typed(writer, self.schema()?) {
            Ok(plan) if plan.is_identity() => Decoding::Direct,
            Ok(plan) => Decoding::Resolved(Box::new(plan)),
            Err(error) => Decoding::Refused(error),
        };
        let is_new = self.decodings.insert(writer_id, decoding).is_none();
        if is_new && !matches!(writer_id, WriterId::Minor(minor) if is_known::<E>(minor)) {
            self.looked_up.push_back(writer_id);
            if self.looked_up.len() > MAX_LOOKED_UP
                && let Some(oldest) = self.looked_up.pop_front()
            {
                self.decodings.remove(&oldest);
            }
        }
        Ok(())
    }

    fn schema(&mut self) -> Result<&Schema, ReadProblem> {
        match &mut self.schema {
            Some(schema) => Ok(schema),
            none => Ok(none.insert(schema_of::<E>().map_err(ReadProblem::NoSchema)?)),
        }
    }

    /// Returns the version with this fingerprint, among those of the program and those found by look-ups: the
    /// one that the envelope names, else the oldest if all mean the same.
    fn version_of(&mut self, fingerprint: u64, minor: Option<u32>) -> Result<u32, ReadProblem> {
        self.add_built_in(fingerprint)?;
        // If the program knows the version by number, it has another fingerprint: it is not this one.
        let is_settled = |versions: &FingerprintVersions| {
            minor.is_none_or(|minor| versions.is_settled(minor) || is_known::<E>(minor))
        };
        if !self.by_fingerprint.get(&fingerprint).is_some_and(is_settled) {
            self.look_up(fingerprint, minor.filter(|minor| !is_known::<E>(*minor)))?;
        }
        self.by_fingerprint[&fingerprint].version(fingerprint, minor)
    }

    /// Adds the versions with this fingerprint that the program does not know: those found by the look-up of
    /// fingerprints, and the one that the envelope names, if it has the fingerprint.
    fn look_up(&mut self, fingerprint: u64, minor: Option<u32>) -> Result<(), ReadProblem> {
        let mut found = newer::<E>(fingerprint, &self.lookups)?;
        let mut problem = ReadProblem::UnknownFingerprint { fingerprint };
        if let Some(minor) = minor.filter(|minor| !found.contains_key(minor)) {
            match version::<E>(minor, &self.lookups)? {
                Some(schema) if schema.fingerprint() == fingerprint => {
                    found.insert(minor, schema);
                }
                Some(_) => {}
                None => problem = ReadProblem::UnknownVersion,
            }
        }
        if found.is_empty() && !self.by_fingerprint.contains_key(&fingerprint) {
            return Err(problem);
        }
        for (minor, schema) in &found {
            self.plan(WriterId::Minor(*minor), schema)?;
        }
        if self.by_fingerprint.values().map(FingerprintVersions::len).sum::<usize>() >= MAX_LOOKED_UP {
            self.by_fingerprint.clear();
            self.add_built_in(fingerprint)?;
        }
        let versions = self.by_fingerprint.entry(fingerprint).or_default();
        if !found.is_empty() {
            versions.join(found);
        }
        if let Some(minor) = minor {
            versions.looked_up(minor);
        }
        Ok(())
    }

    /// Adds the versions of the program with this fingerprint, unless some version with it is known.
    fn add_built_in(&mut self, fingerprint: u64) -> Result<(), ReadProblem> {
        if !self.by_fingerprint.contains_key(&fingerprint) {
            let versions = self.built_in(fingerprint)?;
            if !versions.is_empty() {
                self.by_fingerprint.entry(fingerprint).or_default().join(versions);
            }
        }
        Ok(())
    }

    /// The versions of the program with this fingerprint.
    fn built_in(&mut self, fingerprint: u64) -> Result<BTreeMap<u32, Schema>, ReadProblem> {
        let is_named =
            |accepted: &&Accepted| accepted.fingerprint == fingerprint && accepted.minor != E::MINOR;
        let mut versions = BTreeMap::new();
        for accepted in E::HISTORY.versions(E::TYPE).iter().filter(is_named) {
            versions.insert(accepted.minor, parse(accepted.schema)?);
        }
        if E::fingerprint().map_err(ReadProblem::NoSchema)? == fingerprint {
            versions.insert(E::MINOR, self.schema()?.clone());
        }
        Ok(versions)
    }

    #[cold]
    fn error(writer_minor: Option<u32>, problem: ReadProblem) -> ReadError {
        ReadError { event_type: E::TYPE, writer_minor, reader_minor: E::MINOR, problem: Box::new(problem) }
    }
}

/// Whether the program has this version.
fn is_known<E: Event>(minor: u32) -> bool {
    minor == E::MINOR || E::HISTORY.version(E::TYPE, minor).is_some()
}

/// The schema of a version, from the program's history or a look-up; `None` if it is unknown.
fn version<E: Event>(minor: u32, lookups: &SchemaLookups) -> Result<Option<Schema>, ReadProblem> {
    if let Some(accepted) = E::HISTORY.version(E::TYPE, minor) {
        return parse(accepted.schema).map(Some);
    }
    let found = match &lookups.versions {
        Some(lookup) => lookup(E::TYPE, minor).map_err(ReadProblem::Lookup)?,
        None => None,
    };
    found.as_deref().map(parse).transpose()
}

/// The versions with this fingerprint that are found by the look-up and that the program does not have.
fn newer<E: Event>(fingerprint: u64, lookups: &SchemaLookups) -> Result<BTreeMap<u32, Schema>, ReadProblem> {
    let mut versions = BTreeMap::new();
    if let Some(lookup) = &lookups.fingerprints {
        for (minor, schema) in lookup(E::TYPE, fingerprint).map_err(ReadProblem::Lookup)? {
            versions.insert(minor, parse(&schema)?);
        }
    }
    versions.retain(|minor, schema| !is_known::<E>(*minor) && schema.fingerprint() == fingerprint);
    Ok(versions)
}

/// Looks up the schema of an id.
fn registered(id: u32, lookups: &SchemaLookups) -> Result<Schema, ReadProblem> {
    let found = match &lookups.schemas {
        Some(lookup) => lookup(id).map_err(ReadProblem::Lookup)?,
        None => None,
    };
    parse(&found.ok_or(ReadProblem::UnknownSchema { id })?)
}

/// Accepted versions are parsed leniently: their events can be read even if a name is invalid in Avro.
fn parse(schema: &str) -> Result<Schema, ReadProblem> {
    let (schema, _irregularities) = Schema::parse_lenient(schema).map_err(ReadProblem::Schema)?;
    Ok(schema)
}

impl<E: Event + for<'de> Decode<'de>> Default for Reader<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Event> fmt::Debug for Reader<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("event_type", &E::TYPE)
            .field("prepared", &self.decodings.keys())
            .finish_non_exhaustive()
    }
}
