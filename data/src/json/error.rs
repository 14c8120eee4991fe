use std::fmt;

use signalbook_model::Name;
use signalbook_resolve::wire::write_place;

use crate::MAX_DEPTH;

/// Why a part of a JSON document is no value of the schema. It never says the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where in the document: `order.lines[3].sku`, a map's entry by position (`labels{0}`), as its key is
    /// data; empty for the whole.
    pub path: String,
    /// What is wrong.
    pub problem: JsonProblem,
}

/// What can be wrong with a part of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// A value of another kind is needed, or within other bounds.
    Expected {
        /// What is needed.
        expected: String,
        /// The kind of what is there.
        found: &'static str,
    },
    /// A field that has no default is not there.
    MissingField {
        /// The field.
        field: String,
        /// What it must be.
        expected: String,
    },
    /// A field that the record does not have.
    UnknownField {
        /// The record.
        record: Name,
        /// The field.
        field: String,
        /// A field of the record that is written much like it.
        similar: Option<String>,
    },
    /// The document nests deeper than [`MAX_DEPTH`].
    TooDeep,
    /// So many branches of nested unions nearly fit that trying them would take for ever.
    TooAmbiguous,
    /// The schema uses a name that it does not define.
    UndefinedType(Name),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, &self.path)?;
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
                "too many branches of nested unions nearly fit: name the branch of a value, as `{\"long\": 7}` does",
            ),
            Self::UndefinedType(name) => write!(f, "the schema does not define `{name}`"),
        }
    }
}

impl std::error::Error for JsonError {}
