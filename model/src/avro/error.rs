use std::fmt;

use crate::{DefaultError, MAX_NESTING, Name};

/// Why a text is no schema, and where.
#[derive(Debug)]
pub struct SchemaError {
    /// The JSON pointer (RFC 6901) of the value at fault; empty for the whole.
    pub pointer: String,
    /// What is wrong with it.
    pub problem: SchemaProblem,
}

/// What can be wrong with a schema.
#[derive(Debug)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// The text is no JSON, or JSON with the same key twice in one object.
    Json(serde_json::Error),
    /// Types nest deeper than [`MAX_NESTING`].
    TooDeep,
    /// A value of another kind is needed. Where it is a string that data can be read without, the lenient reader goes on
    /// without it.
    Expected {
        /// What is needed.
        expected: &'static str,
        /// The kind of what is there.
        found: &'static str,
    },
    /// An attribute that must be there is not.
    Missing {
        /// The attribute.
        attribute: &'static str,
        /// What needs it: `a record`.
        of: &'static str,
    },
    /// A name that no type before this place has.
    UnknownType(Name),
    /// A name that an earlier type has.
    DuplicateName(Name),
    /// A name that is one of Avro's own types.
    ReservedName(Name),
    /// A field, symbol or branch that occurs twice.
    Duplicate {
        /// What it is: `field`.
        what: &'static str,
        /// The name that occurs again.
        name: String,
    },
    /// A union directly within a union.
    NestedUnion,
    /// An enum's default that is none of its symbols.
    UnknownSymbol(String),
    /// A name that breaks Avro's rule for names. Taken by [`Schema::parse_lenient`](crate::Schema::parse_lenient).
    IllegalName(String),
    /// A default that does not fit the field's type. Taken by the lenient reader.
    Default(DefaultError),
    /// A default of a union that fits a branch other than the first, as Avro allows since 1.12 and earlier readers
    /// refuse. Taken by the lenient reader.
    DefaultOfLaterBranch(DefaultError),
}

impl SchemaError {
    pub(super) fn syntax(error: serde_json::Error) -> Self {
        Self { pointer: String::new(), problem: SchemaProblem::Json(error) }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "at `{}`: ", self.pointer)?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => f.write_str("the schema is not JSON"),
            Self::TooDeep => write!(f, "types nest more than {MAX_NESTING} deep: make the schema flatter"),
            Self::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Missing { attribute, of } => write!(f, "{of} needs the attribute `{attribute}`"),
            Self::UnknownType(name) => {
                write!(f, "no type `{name}` before this place: define a type where it is first used")
            }
            Self::DuplicateName(name) => {
                write!(f, "a second type `{name}`: define it once, and refer to it by name after")
            }
            Self::ReservedName(name) => {
                write!(f, "`{}` is a type of Avro's own: give this one another name", name.simple())
            }
            Self::Duplicate { what, name } => write!(f, "a second {what} `{name}`: remove or rename one"),
            Self::NestedUnion => {
                f.write_str("a union directly within a union: list the inner branches in the outer one")
            }
            Self::UnknownSymbol(symbol) => {
                write!(f, "the default `{symbol}` is none of the symbols: add it, or take one of them")
            }
            Self::IllegalName(name) => write!(
                f,
                "`{name}` is not a legal Avro name: use letters, digits and `_`, and begin each part with no digit"
            ),
            Self::Default(_) => f.write_str("the default does not fit the field's type"),
            Self::DefaultOfLaterBranch(_) => f.write_str(
                "the default does not fit the union's first branch, as readers before Avro 1.12 demand: put the \
                 branch that it fits first",
            ),
        }
    }
}

impl std::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            SchemaProblem::Json(error) => Some(error),
            SchemaProblem::Default(error) | SchemaProblem::DefaultOfLaterBranch(error) => Some(error),
            SchemaProblem::TooDeep
            | SchemaProblem::Expected { .. }
            | SchemaProblem::Missing { .. }
            | SchemaProblem::UnknownType(_)
            | SchemaProblem::DuplicateName(_)
            | SchemaProblem::ReservedName(_)
            | SchemaProblem::Duplicate { .. }
            | SchemaProblem::NestedUnion
            | SchemaProblem::UnknownSymbol(_)
            | SchemaProblem::IllegalName(_) => None,
        }
    }
}
