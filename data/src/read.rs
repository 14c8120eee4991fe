use std::fmt;

use signalbook_model::Schema;
use signalbook_resolve::{Plan, PlanError, ResolveError};

use crate::{DecodeError, Value, decode};

/// Reads one datum that was written with the schema `writer` as a value of the schema `reader`.
///
/// Where there are several of one writer, make a [`Plan`] once.
///
/// # Errors
/// As [`Plan::new`] and [`Plan::transcode`] return them.
pub fn read(writer: &Schema, reader: &Schema, datum: &[u8]) -> Result<Value, ReadError> {
    let plan = Plan::new(writer, reader).map_err(ReadError::Plan)?;
    let mut bytes = Vec::with_capacity(datum.len());
    plan.transcode(datum, &mut bytes).map_err(ReadError::Datum)?;
    decode(reader, &bytes).map_err(ReadError::Value)
}

/// Why one datum was not read with another schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// The schemas do not go together.
    Plan(PlanError),
    /// The datum is none of the writer's, or cannot be one of the reader's.
    Datum(ResolveError),
    /// It holds text that is no UTF-8, or nests too deep for the reader's schema; the place is one in the
    /// resolved datum.
    Value(DecodeError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(error) => error.fmt(f),
            Self::Datum(error) => error.fmt(f),
            Self::Value(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}
