use std::{error::Error, fmt};

use signalbook_model::SchemaError as InvalidSchema;
use signalbook_resolve::{PlanError, ResolveError};

use crate::{DecodeError, SchemaError, backend::BoxError};

/// Why bytes could not be read as an event. Never contains data.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadError {
    /// The event type.
    pub event_type: &'static str,
    /// The minor version of the writer schema, if it is known.
    pub writer_minor: Option<u32>,
    /// The minor version of this program.
    pub reader_minor: u32,
    /// What is wrong.
    pub problem: Box<ReadProblem>,
}

/// What can be wrong with the bytes of an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadProblem {
    /// The version was found neither in the program's history nor by a look-up.
    UnknownVersion,
    /// The payload names its schema by an id of a schema registry, which was not found; or no look-up of ids
    /// is configured, and the envelope does not name a version either.
    UnknownSchema {
        /// The id.
        id: u32,
    },
    /// The payload names its schema by a fingerprint that no version has, neither in the program's history
    /// nor found by a look-up.
    UnknownFingerprint {
        /// The fingerprint.
        fingerprint: u64,
    },
    /// The look-up of the version, the id or the fingerprint failed. A consumer retries.
    Lookup(BoxError),
    /// The schema of the version is not a valid schema.
    Schema(InvalidSchema),
    /// The program's own types do not have a valid schema.
    NoSchema(SchemaError),
    /// Events of this version can never be read as events of the program's version.
    Incompatible(PlanError),
    /// This datum cannot be read as an event of the program's version, or is not a datum of its own version.
    Unresolved(ResolveError),
    /// The bytes are not an event of the program's version.
    Datum(DecodeError),
    /// Several versions with the same fingerprint have different logical types.
    Ambiguous {
        /// The fingerprint.
        fingerprint: u64,
        /// Two of the versions.
        minors: [u32; 2],
    },
}

impl ReadError {
    /// Returns a word for headers and audit lines.
    pub(crate) fn reason(&self) -> &'static str {
        match &*self.problem {
            ReadProblem::UnknownVersion | ReadProblem::Lookup(_) => "unknown_minor",
            ReadProblem::UnknownSchema { .. } | ReadProblem::UnknownFingerprint { .. } => "unknown_schema",
            ReadProblem::Incompatible(_) | ReadProblem::Unresolved(_) | ReadProblem::Ambiguous { .. } => {
                "unresolved"
            }
            ReadProblem::Schema(_) | ReadProblem::NoSchema(_) => "schema",
            ReadProblem::Datum(_) => "decode",
        }
    }
}

impl ReadProblem {
    /// Whether reading the same bytes again may succeed.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Lookup(_) => true,
            Self::UnknownVersion
            | Self::UnknownSchema { .. }
            | Self::UnknownFingerprint { .. }
            | Self::Schema(_)
            | Self::NoSchema(_)
            | Self::Incompatible(_)
            | Self::Unresolved(_)
            | Self::Datum(_)
            | Self::Ambiguous { .. } => false,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event_type, writer_minor, reader_minor, problem } = self;
        match writer_minor.filter(|minor| minor != reader_minor) {
            Some(minor) => write!(
                f,
                "an event `{event_type}` has minor version {minor}, and this program has {reader_minor}: \
                 {problem}"
            ),
            None => write!(
                f,
                "the bytes are not an event `{event_type}` of minor version {reader_minor}: {problem}"
            ),
        }
    }
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion => f.write_str(
                "its history does not contain that version; rebuild it with that version, or configure a \
                 look-up of versions",
            ),
            Self::UnknownSchema { id } => write!(
                f,
                "the schema id {id} is unknown; configure a look-up of ids, and make sure that the schema \
                 registry has the id"
            ),
            Self::UnknownFingerprint { fingerprint } => write!(
                f,
                "no known version has the schema fingerprint {fingerprint:016x}; rebuild the program with \
                 that version, or configure a look-up of fingerprints"
            ),
            Self::Lookup(error) => write!(f, "its schema could not be looked up: {error}"),
            Self::Schema(error) => write!(f, "that version does not have a valid schema: {error}"),
            Self::NoSchema(error) => error.fmt(f),
            Self::Incompatible(error) => write!(f, "the versions are incompatible: {error}"),
            Self::Unresolved(error) => error.fmt(f),
            Self::Datum(error) => error.fmt(f),
            Self::Ambiguous { fingerprint, minors: [one, other] } => write!(
                f,
                "versions {one} and {other} have the same fingerprint {fingerprint:016x}, but different \
                 logical types"
            ),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.problem {
            ReadProblem::UnknownVersion
            | ReadProblem::UnknownSchema { .. }
            | ReadProblem::UnknownFingerprint { .. }
            | ReadProblem::Ambiguous { .. } => None,
            ReadProblem::Lookup(error) => error.source(),
            ReadProblem::Schema(error) => error.source(),
            ReadProblem::NoSchema(error) => error.source(),
            ReadProblem::Incompatible(error) => error.source(),
            ReadProblem::Unresolved(error) => error.source(),
            ReadProblem::Datum(error) => error.source(),
        }
    }
}
