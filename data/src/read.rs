use std::fmt;

use signalbook_model::Schema;
use signalbook_resolve::{Plan, PlanError, ResolveError};

use crate::{DecodeError, Value, decode};

/// Reads one datum of the schema `writer` as a value of the schema `reader`.
///
/// For several data of one writer, make a [`Plan`] once.
///
/// # Errors
/// Returns the errors of [`Plan::new`], [`Plan::transcode`] and [`decode()`].
pub fn read(writer: &Schema, reader: &Schema, datum: &[u8]) -> Result<Value, ReadError> {
    let plan = Plan::new(writer, reader).map_err(ReadError::Plan)?;
    let mut bytes = Vec::with_capacity(datum.len());
    plan.transcode(datum, &mut bytes).map_err(ReadError::Datum)?;
    decode(reader, &bytes).map_err(ReadError::Value)
}

/// Why a datum cannot be read with another schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no plan for the schemas.
    Plan(PlanError),
    /// The datum is not one of the writer schema, or the reader schema cannot hold it.
    Datum(ResolveError),
    /// The datum contains a string that is not UTF-8, or is nested too deep for the reader schema. The path
    /// and the offset are in the resolved datum.
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
