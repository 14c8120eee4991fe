use std::{error::Error, fmt};

use signalbook_model::SchemaError as InvalidSchema;
use signalbook_resolve::{PlanError, ResolveError};

use crate::{DecodeError, SchemaError, backend::BoxError};

/// Why bytes were not read as an event. It never says what they hold.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadError {
    /// The event type.
    pub event_type: &'static str,
    /// The minor version of the writer schema, if it is known.
    pub writer_minor: Option<u32>,
    /// The minor version that this program has.
    pub reader_minor: u32,
    /// What is wrong.
    pub problem: Box<ReadProblem>,
}

/// What can be wrong with bytes that are to be an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadProblem {
    /// The version is neither in the program's history nor where others are looked up.
    UnknownVersion,
    /// The payload names its schema by an id of a schema registry, which is not known where ids are looked up, or none are;
    /// and if none are, the envelope names no version either.
    UnknownSchema {
        /// The id.
        id: u32,
    },
    /// The payload names its schema by a fingerprint, which neither a version in the program's history has nor one that is
    /// looked up.
    UnknownFingerprint {
        /// The fingerprint.
        fingerprint: u64,
    },
    /// Looking the version, the id or the fingerprint up failed. A consumer tries again.
    Lookup(BoxError),
    /// The schema of the version is none.
    Schema(InvalidSchema),
    /// The program's own types have no schema.
    NoSchema(SchemaError),
    /// Nothing that the version writes is to be read as this program's.
    Incompatible(PlanError),
    /// This datum of the version cannot be one of this program's, or is none of the version's.
    Unresolved(ResolveError),
    /// The bytes are no event of this program's version.
    Datum(DecodeError),
    /// Versions that mean different things have one fingerprint.
    Ambiguous {
        /// The fingerprint.
        fingerprint: u64,
        /// Two of the versions.
        minors: [u32; 2],
    },
}

impl ReadError {
    /// One word for it, in headers and audit lines.
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
    /// Whether reading the same bytes again could end otherwise: nobody has said yet what they are.
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
                "an event `{event_type}` has minor version {minor}, and this program has {reader_minor}: {problem}"
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
                "its history lacks that version; build the program with it, or say where versions are looked up",
            ),
            Self::UnknownSchema { id } => write!(
                f,
                "its schema has the id {id} in a schema registry; say where such ids are looked up, and see that it is there"
            ),
            Self::UnknownFingerprint { fingerprint } => write!(
                f,
                "its schema has the fingerprint {fingerprint:016x}, which no known version has; build the program with that \
                 version, or say where fingerprints are looked up"
            ),
            Self::Lookup(error) => write!(f, "its schema could not be looked up: {error}"),
            Self::Schema(error) => write!(f, "that version has no usable schema: {error}"),
            Self::NoSchema(error) => error.fmt(f),
            Self::Incompatible(error) => write!(f, "the one cannot be read as the other: {error}"),
            Self::Unresolved(error) => error.fmt(f),
            Self::Datum(error) => error.fmt(f),
            Self::Ambiguous { fingerprint, minors: [one, other] } => write!(
                f,
                "the fingerprint {fingerprint:016x} names versions {one} and {other}, whose logical types differ"
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
