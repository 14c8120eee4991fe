use std::fmt;

use crate::{DefaultError, MAX_NESTING, Name};

/// An error in the text of a schema, with its location.
#[derive(Debug)]
pub struct SchemaError {
    /// The JSON pointer (RFC 6901) of the wrong value. It is empty for the whole text.
    pub pointer: String,
    /// The problem.
    pub problem: SchemaProblem,
}

/// A problem in a schema.
#[derive(Debug)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// The text is not JSON, or an object has the same key twice.
    Json(serde_json::Error),
    /// A comment. The lenient reader accepts it.
    Comment,
    /// A byte order mark at the beginning. The lenient reader accepts it.
    ByteOrderMark,
    /// Types are nested deeper than [`MAX_NESTING`].
    TooDeep,
    /// A value has the wrong type. If it is a string that is not needed to read data, the lenient reader
    /// ignores it.
    Expected {
        /// What is expected.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// A required attribute is missing.
    Missing {
        /// The attribute.
        attribute: &'static str,
        /// What requires it: `a record`.
        of: &'static str,
    },
    /// A name that is not the name of an earlier type. The lenient reader accepts that of a later type.
    UnknownType(Name),
    /// A name that is already the name of an earlier type. The lenient reader accepts an equal definition.
    DuplicateName(Name),
    /// A name that is the name of a built-in type of Avro.
    ReservedName(Name),
    /// A field, symbol or branch that occurs twice.
    Duplicate {
        /// What occurs twice: `field`.
        what: &'static str,
        /// The name that occurs twice.
        name: String,
    },
    /// A union that is a branch of another union.
    NestedUnion,
    /// A default of an enum that is not a symbol of the enum.
    UnknownSymbol(String),
    /// A name that is not legal in Avro. [`Schema::parse_lenient`](crate::Schema::parse_lenient) accepts it.
    IllegalName(String),
    /// A default that does not fit the field's type. The lenient reader accepts it.
    Default(DefaultError),
    /// A default of a union that fits a branch other than the first. Avro 1.12 allows it, but earlier readers
    /// reject it. The lenient reader accepts it.
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
            Self::Comment => f.write_str("the schema has a comment, which JSON does not allow: remove it"),
            Self::ByteOrderMark => f.write_str("the schema begins with a byte order mark: remove it"),
            Self::TooDeep => {
                write!(f, "types are nested more than {MAX_NESTING} levels deep: make the schema flatter")
            }
            Self::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Missing { attribute, of } => write!(f, "{of} needs the attribute `{attribute}`"),
            Self::UnknownType(name) => {
                write!(f, "type `{name}` is not defined before its use: define a type where it is first used")
            }
            Self::DuplicateName(name) => {
                write!(f, "type `{name}` is defined twice: define it once, and then refer to it by name")
            }
            Self::ReservedName(name) => {
                write!(f, "`{}` is a built-in type of Avro: choose another name", name.simple())
            }
            Self::Duplicate { what, name } => write!(f, "{what} `{name}` occurs twice: remove or rename one"),
            Self::NestedUnion => f.write_str(
                "a union must not contain a union directly: list the inner branches in the outer union",
            ),
            Self::UnknownSymbol(symbol) => {
                write!(
                    f,
                    "the default `{symbol}` is not a symbol of the enum: add it, or use one of the symbols"
                )
            }
            Self::IllegalName(name) => write!(
                f,
                "`{name}` is not a legal Avro name: use letters, digits and `_`, and do not begin a part \
                 with a digit"
            ),
            Self::Default(_) => f.write_str("the default does not fit the field's type"),
            Self::DefaultOfLaterBranch(_) => f.write_str(
                "the default does not fit the union's first branch, as readers before Avro 1.12 require: put \
                 the branch that it fits first",
            ),
        }
    }
}

impl std::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            SchemaProblem::Json(error) => Some(error),
            SchemaProblem::Default(error) | SchemaProblem::DefaultOfLaterBranch(error) => Some(error),
            SchemaProblem::Comment
            | SchemaProblem::ByteOrderMark
            | SchemaProblem::TooDeep
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
