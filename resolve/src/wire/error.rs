use std::fmt;

use signalbook_model::Name;

use super::{Step, path_within, write_place};

/// Why bytes are no datum of a schema, and where. It never says what the bytes hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where in the datum: `order.lines[3].sku`, a map's entry by position; empty for the whole.
    pub path: String,
    /// Where in the bytes the part begins that is at fault.
    pub offset: usize,
    /// What is wrong.
    pub problem: DecodeProblem,
}

/// What can be wrong with bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// The bytes end within a value.
    UnexpectedEnd {
        /// How many bytes the value needs from here.
        needed: u64,
        /// How many there are.
        left: usize,
    },
    /// Bytes are left over after the datum.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// An integer of more bits than its type has.
    IntegerTooLong {
        /// The type: 32 or 64.
        bits: u32,
    },
    /// A length or count below zero where none can be.
    NegativeLength(i64),
    /// A boolean that is neither 0 nor 1.
    NotBoolean(u8),
    /// A string that is no UTF-8.
    NotUtf8,
    /// A branch that the union does not have.
    UnknownBranch {
        /// The index.
        index: i32,
        /// How many there are.
        count: usize,
    },
    /// A symbol that the enum does not have.
    UnknownSymbol {
        /// The enum.
        name: Name,
        /// The index.
        index: i32,
        /// How many there are.
        count: usize,
    },
    /// Values nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep {
        /// Which.
        limit: usize,
    },
    /// More values that take no bytes than the bytes can justify.
    TooManyZeroSized,
    /// The schema uses a name that it does not define.
    UndefinedType(Name),
}

impl DecodeError {
    /// An error at the byte `offset`, in the whole of a datum.
    #[cold]
    pub fn at(offset: usize, problem: DecodeProblem) -> Box<Self> {
        Box::new(Self { path: String::new(), offset, problem })
    }

    /// The same error, seen from outside of `step`.
    #[must_use]
    pub fn within(mut self: Box<Self>, step: Step<'_>) -> Box<Self> {
        self.path = path_within(step, &self.path);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, &self.path)?;
        write!(f, "{} (byte {})", self.problem, self.offset)
    }
}

impl fmt::Display for DecodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { needed, left } => {
                write!(f, "the value needs {needed} bytes, and {left} are left")
            }
            Self::TrailingBytes { count } => {
                write!(f, "{count} bytes are left over: they were written with another schema")
            }
            Self::IntegerTooLong { bits } => write!(f, "an integer of more than {bits} bits"),
            Self::NegativeLength(length) => write!(f, "a length of {length}"),
            Self::NotBoolean(byte) => write!(f, "a boolean is 0 or 1, and this is {byte}"),
            Self::NotUtf8 => f.write_str("a string that is not UTF-8"),
            Self::UnknownBranch { index, count } => {
                write!(f, "branch {index} of a union that has {count}")
            }
            Self::UnknownSymbol { name, index, count } => {
                write!(f, "symbol {index} of the enum `{name}`, which has {count}")
            }
            Self::TooDeep { limit } => write!(f, "values nest more than {limit} deep"),
            Self::TooManyZeroSized => f.write_str("more items than the bytes can hold"),
            Self::UndefinedType(name) => write!(f, "the schema does not define `{name}`"),
        }
    }
}

impl std::error::Error for DecodeError {}
