//! Events as any version of a producer wrote them.

mod error;

use std::{collections::BTreeMap, fmt, marker::PhantomData};

pub use error::{ReadError, ReadProblem};
use signalbook_model::Schema;
use signalbook_resolve::{Plan, PlanError};

use crate::{
    Accepted, Decode, DecodeError, Decoder, Event, Expected, backend::BoxError, decode, schema_of,
    single_object,
};

/// Looks up the Avro schema of a version, an event type and a minor, that the program does not have; none where it is not
/// known there either.
pub type Lookup = dyn Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync;

/// How much of the buffer that is reused stays after an event that was large.
const KEPT: usize = 1 << 20;

/// Reads events `E`, whichever accepted version they were written with.
///
/// The writer's schema is that of the version, from [`Event::HISTORY`] or, for one that came after this program was built,
/// from a look-up ([`read_with`](Self::read_with)). What differs from `E` is planned once for each version; then its data are rewritten
/// into a buffer that is reused, and decoded. Data of `E`'s own version, and of one that is the same on the wire, are decoded as they
/// stand. A version that is not found is an error, never a guess.
///
/// A [`Consumer`](crate::Consumer) reads what it receives with it.
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Accepted, History, Reader};
///
/// static HISTORY: History = History::new(&[("com.example.shop.order.placed.v1", &[Accepted {
///     minor: 0,
///     fingerprint: 0xd7ba_ffca_6a1c_8a5e,
///     schema: r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.order.placed.v1", "fields": [
///         {"name": "quantity", "type": "int"}, {"name": "id", "type": "string"}]}"#,
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
    /// The schema of `E`, once it is needed.
    schema: Option<Schema>,
    routes: BTreeMap<u32, Route>,
    /// The version that a fingerprint names, where it was asked for.
    named: BTreeMap<u64, u32>,
    resolved: Vec<u8>,
    event: PhantomData<fn() -> E>,
}

/// How data of a version become events.
enum Route {
    /// As they stand.
    Direct,
    /// Rewritten.
    Resolved(Box<Plan>),
    /// Not at all.
    Refused(PlanError),
}

impl<E: Event + for<'de> Decode<'de>> Reader<E> {
    /// A reader that knows the versions that the program was built with.
    pub fn new() -> Self {
        Self {
            schema: None,
            routes: BTreeMap::new(),
            named: BTreeMap::new(),
            resolved: Vec::new(),
            event: PhantomData,
        }
    }

    /// The event that `datum`, all of it, is, written with version `minor`.
    ///
    /// # Errors
    /// The version is not known, or what it wrote is none of `E`'s; or the bytes are no event of that version.
    pub fn read(&mut self, minor: u32, datum: &[u8]) -> Result<E, ReadError> {
        self.read_with(minor, datum, None)
    }

    /// As [`read`](Self::read); `versions` is asked for the schema of a version that the program was not built with, once.
    ///
    /// # Errors
    /// As [`read`](Self::read); the look-up failed.
    pub fn read_with(&mut self, minor: u32, datum: &[u8], versions: Option<&Lookup>) -> Result<E, ReadError> {
        self.read_version(minor, datum, versions).map_err(|problem| Self::error(Some(minor), problem))
    }

    /// The event in a single object, whose fingerprint names the schema that it was written with (Avro 1.12, "Single-object
    /// encoding").
    ///
    /// Where several versions have the fingerprint, the bytes mean the same to each of them.
    ///
    /// # Errors
    /// As [`read`](Self::read); the bytes are no single object; versions that share its fingerprint have different logical
    /// types, which no fingerprint tells apart.
    pub fn read_single_object(&mut self, bytes: &[u8]) -> Result<E, ReadError> {
        let (fingerprint, datum) =
            single_object::split(bytes).map_err(|source| Self::error(None, ReadProblem::Datum(source)))?;
        let minor = self.version_of(fingerprint).map_err(|problem| Self::error(None, problem))?;
        self.read(minor, datum)
    }

    fn read_version(
        &mut self,
        minor: u32,
        datum: &[u8],
        versions: Option<&Lookup>,
    ) -> Result<E, ReadProblem> {
        if minor == E::MINOR {
            return decode(datum).map_err(ReadProblem::Datum);
        }
        self.prepare(minor, versions)?;
        match &self.routes[&minor] {
            Route::Direct => decode(datum).map_err(ReadProblem::Datum),
            Route::Resolved(plan) => {
                self.resolved.clear();
                self.resolved.shrink_to(KEPT);
                plan.transcode(datum, &mut self.resolved).map_err(ReadProblem::Unresolved)?;
                let mut input = Decoder::resolved(&self.resolved, plan.unknown_symbols());
                let event = E::decode(&mut input).map_err(ReadProblem::Datum)?;
                input.finish().map_err(ReadProblem::Datum)?;
                Ok(event)
            }
            Route::Refused(error) => Err(ReadProblem::Incompatible(error.clone())),
        }
    }

    /// Sees to it that the route of version `minor` is known.
    fn prepare(&mut self, minor: u32, versions: Option<&Lookup>) -> Result<(), ReadProblem> {
        if self.routes.contains_key(&minor) {
            return Ok(());
        }
        let writer = match E::HISTORY.version(E::TYPE, minor) {
            Some(accepted) => parse(accepted.schema)?,
            None => look_up::<E>(minor, versions)?,
        };
        let route = match Plan::typed(&writer, self.schema()?) {
            Ok(plan) if plan.is_identity() => Route::Direct,
            Ok(plan) => Route::Resolved(Box::new(plan)),
            Err(error) => Route::Refused(error),
        };
        self.routes.insert(minor, route);
        Ok(())
    }

    fn schema(&mut self) -> Result<&Schema, ReadProblem> {
        match &mut self.schema {
            Some(schema) => Ok(schema),
            none => Ok(none.insert(schema_of::<E>().map_err(ReadProblem::NoSchema)?)),
        }
    }

    /// The oldest version with this fingerprint.
    fn version_of(&mut self, fingerprint: u64) -> Result<u32, ReadProblem> {
        if let Some(minor) = self.named.get(&fingerprint) {
            return Ok(*minor);
        }
        let own = E::fingerprint().map_err(ReadProblem::NoSchema)?;
        let named = |accepted: &&Accepted| accepted.fingerprint == fingerprint && accepted.minor != E::MINOR;
        let mut versions = Vec::new();
        for accepted in E::HISTORY.versions(E::TYPE).iter().filter(named) {
            versions.push((accepted.minor, parse(accepted.schema)?));
        }
        if own == fingerprint {
            versions.push((E::MINOR, self.schema()?.clone()));
        }
        let Some((first, oldest)) = versions.iter().min_by_key(|(minor, _)| minor) else {
            // After the two bytes of the marker.
            let expected = Expected::Fingerprint { expected: own, found: fingerprint };
            return Err(ReadProblem::Datum(DecodeError::new(2, expected)));
        };
        let means_another =
            |(_, schema): &&(u32, Schema)| !Plan::typed(schema, oldest).is_ok_and(|plan| plan.is_identity());
        if let Some((second, _)) = versions.iter().find(means_another) {
            return Err(ReadProblem::Ambiguous { fingerprint, minors: [*first, *second] });
        }
        let minor = *first;
        self.named.insert(fingerprint, minor);
        Ok(minor)
    }

    #[cold]
    fn error(written: Option<u32>, problem: ReadProblem) -> ReadError {
        ReadError { event_type: E::TYPE, written, known: E::MINOR, problem: Box::new(problem) }
    }
}

fn look_up<E: Event>(minor: u32, versions: Option<&Lookup>) -> Result<Schema, ReadProblem> {
    let found = match versions {
        Some(lookup) => lookup(E::TYPE, minor).map_err(ReadProblem::Lookup)?,
        None => None,
    };
    parse(&found.ok_or(ReadProblem::UnknownVersion)?)
}

/// A version was accepted as it is: names that Avro forbids are no reason to leave its events unread.
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
            .field("prepared", &self.routes.keys())
            .finish_non_exhaustive()
    }
}
