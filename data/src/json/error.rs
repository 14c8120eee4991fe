use std::fmt;

use signalbook_model::Name;
use signalbook_resolve::wire::write_path;

use crate::MAX_DEPTH;

/// Why a part of a JSON document is not a value of the schema. It never contains the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonError {
    /// The path in the document: `order.lines[3].sku`. The entry of a map has an index (`labels{0}`), because
    /// its key is data. Empty for the whole document.
    pub path: String,
    /// What is wrong.
    pub problem: JsonProblem,
}

/// What can be wrong with a part of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// The value has the wrong kind, or is out of range.
    Expected {
        /// The expected value.
        expected: String,
        /// The kind of the value in the document.
        found: &'static str,
    },
    /// A field without a default is missing.
    MissingField {
        /// The field.
        field: String,
        /// The expected value.
        expected: String,
    },
    /// The record does not have the field.
    UnknownField {
        /// The record.
        record: Name,
        /// The field.
        field: String,
        /// A field of the record with a similar name.
        similar: Option<String>,
    },
    /// The document nests deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Too many branches of nested unions could match to try them all.
    TooAmbiguous,
    /// The schema uses a name that it does not define.
    UndefinedType(Name),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.path)?;
        self.problem.fmt(f)
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::MissingField { field, expected } => {
                write!(f, "the field `{field}` is missing: it needs {expected}")
            }
            Self::UnknownField { record, field, similar } => {
                write!(f, "`{}` has no field `{field}`", record.simple())?;
                similar.as_ref().map_or(Ok(()), |similar| write!(f, "; did you mean `{similar}`?"))
            }
            Self::TooDeep => write!(f, "values nest more than {MAX_DEPTH} deep"),
            Self::TooAmbiguous => f.write_str(
                "too many branches of nested unions could match: name the branch of a value, as in \
                 `{\"long\": 7}`",
            ),
            Self::UndefinedType(name) => write!(f, "the schema does not define `{name}`"),
        }
    }
}

impl std::error::Error for JsonError {}
