use std::fmt;

use signalbook_model::Name;

use crate::wire::{DecodeError, DecodeProblem, Segment, path_within, write_path};

/// Why there is no plan for two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// A default of the reader's schema is not a value of its field's type.
    Default {
        /// The record.
        record: Name,
        /// The field.
        field: String,
    },
    /// Values would have another meaning for the reader.
    Meaning {
        /// The reader's record and field, if the value is in a field.
        field: Option<(Name, String)>,
        /// The writer's type.
        writer: String,
        /// The reader's type.
        reader: String,
    },
    /// The schemas have too many types, fields, symbols or aliases to compare, or defaults that are too
    /// large.
    TooLarge,
}

/// Why a datum of the writer cannot be read with the reader schema, and where. It never contains a value of
/// the datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveError {
    /// The path in the writer's datum: `order.lines[3].sku`. The entry of a map has an index instead of its
    /// key. Empty for the whole datum.
    pub path: String,
    /// The offset of the invalid part, in bytes.
    pub offset: usize,
    /// What is wrong.
    pub problem: ResolveProblem,
}

/// What can be wrong with a datum that is read with another schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveProblem {
    /// The bytes are not a datum of the writer schema, or contain a string that is not UTF-8.
    Datum(DecodeProblem),
    /// The reader's type cannot read the writer's.
    Types {
        /// The writer's type.
        writer: String,
        /// The reader's type.
        reader: String,
    },
    /// No branch of the reader's union reads the writer's type.
    NoBranch {
        /// The writer's type.
        writer: String,
    },
    /// The writer's record does not have a field, and the field has no default.
    NoDefault {
        /// The reader's record.
        record: Name,
        /// The reader's field.
        field: String,
    },
    /// The reader's enum does not have the symbol, and has no default.
    UnknownSymbol {
        /// The reader's enum.
        name: Name,
    },
    /// The name and aliases of a reader's field match several fields of the writer.
    AmbiguousAlias {
        /// The writer's record.
        record: Name,
        /// The reader's field.
        field: String,
    },
    /// A number is too large in the reader's units.
    OutOfRange {
        /// The writer's type.
        writer: String,
        /// The reader's type.
        reader: String,
    },
    /// The writer's record does not have a field whose default in the reader schema contains itself.
    InfiniteDefault {
        /// The reader's record.
        record: Name,
        /// Its field.
        field: String,
    },
    /// The defaults and aliases of the reader schema make the datum too large.
    TooLarge,
}

/// A boxed [`ResolveError`], so that success is fast.
pub(super) struct Fault(Box<ResolveError>);

impl Fault {
    #[cold]
    pub(super) fn new(offset: usize, problem: ResolveProblem) -> Self {
        Self(Box::new(ResolveError { path: String::new(), offset, problem }))
    }

    #[cold]
    pub(super) fn within(mut self, segment: Segment<'_>) -> Self {
        self.0.path = path_within(segment, &self.0.path);
        self
    }

    pub(super) fn into_error(self) -> ResolveError {
        *self.0
    }
}

impl From<Box<DecodeError>> for Fault {
    #[cold]
    fn from(error: Box<DecodeError>) -> Self {
        let DecodeError { path, offset, problem } = *error;
        Self(Box::new(ResolveError { path, offset, problem: ResolveProblem::Datum(problem) }))
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default { record, field } => {
                write!(f, "the default of `{field}` in `{record}` does not fit its type")
            }
            Self::Meaning { field, writer, reader } => {
                if let Some((record, field)) = field {
                    write!(f, "`{field}` of `{record}`: ")?;
                }
                write!(f, "{writer} cannot be read as {reader} without a change of meaning")
            }
            Self::TooLarge => f.write_str("the schemas are too large to compare"),
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.path)?;
        write!(f, "{} (byte {})", self.problem, self.offset)
    }
}

impl fmt::Display for ResolveProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Datum(problem) => problem.fmt(f),
            Self::Types { writer, reader } => {
                write!(f, "written as {writer}, which cannot be read as {reader}")
            }
            Self::NoBranch { writer } => {
                write!(f, "written as {writer}, which no branch of the reader's union reads")
            }
            Self::NoDefault { record, field } => {
                write!(f, "the writer has no `{field}`, and the reader's `{record}` has no default for it")
            }
            Self::UnknownSymbol { name } => {
                write!(f, "the reader's enum `{name}` does not have the symbol, and has no default")
            }
            Self::AmbiguousAlias { record, field } => {
                write!(f, "the name and aliases of `{field}` match several fields of the writer's `{record}`")
            }
            Self::OutOfRange { writer, reader } => {
                write!(f, "written as {writer}, but too large for {reader}")
            }
            Self::InfiniteDefault { record, field } => {
                write!(
                    f,
                    "the writer has no `{field}`, and its default in the reader's `{record}` contains itself"
                )
            }
            Self::TooLarge => f.write_str("the reader's defaults and aliases make the datum too large"),
        }
    }
}

impl std::error::Error for PlanError {}
impl std::error::Error for ResolveError {}
