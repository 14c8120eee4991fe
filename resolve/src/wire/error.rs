use std::fmt;

use signalbook_model::Name;

use super::{Segment, path_within, write_path};

/// Why bytes are not a datum of a schema, and where. It never contains a value of the datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The path in the datum: `order.lines[3].sku`. The entry of a map has an index instead of its key. Empty
    /// for the whole datum.
    pub path: String,
    /// The offset of the invalid part, in bytes.
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
        /// The number of bytes that the value needs.
        needed: u64,
        /// The number of remaining bytes.
        left: usize,
    },
    /// Bytes are left over after the datum.
    TrailingBytes {
        /// The number of bytes.
        count: usize,
    },
    /// An integer has more bits than its type.
    IntegerTooLong {
        /// The bits of the type: 32 or 64.
        bits: u32,
    },
    /// A length is negative.
    NegativeLength(i64),
    /// A boolean is neither 0 nor 1.
    NotBoolean(u8),
    /// A string is not UTF-8.
    NotUtf8,
    /// The union does not have the branch.
    UnknownBranch {
        /// The index of the branch.
        index: i32,
        /// The number of branches.
        count: usize,
    },
    /// The enum does not have the symbol.
    UnknownSymbol {
        /// The enum.
        name: Name,
        /// The index of the symbol.
        index: i32,
        /// The number of symbols.
        count: usize,
    },
    /// Values nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// There are more values of zero bytes than the limit, which depends on the number of bytes.
    TooManyZeroSized,
    /// The schema uses a name that it does not define.
    UndefinedType(Name),
}

impl DecodeError {
    /// Creates an error at the byte `offset`, with an empty path.
    #[cold]
    pub fn at(offset: usize, problem: DecodeProblem) -> Box<Self> {
        Box::new(Self { path: String::new(), offset, problem })
    }

    /// Returns the error with `segment` prepended to its path.
    #[must_use]
    pub fn within(mut self: Box<Self>, segment: Segment<'_>) -> Box<Self> {
        self.path = path_within(segment, &self.path);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.path)?;
        write!(f, "{} (byte {})", self.problem, self.offset)
    }
}

impl fmt::Display for DecodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { needed, left } => {
                write!(f, "the value needs {needed} bytes, but only {left} are left")
            }
            Self::TrailingBytes { count } => {
                write!(f, "{count} bytes are left over: the datum was written with another schema")
            }
            Self::IntegerTooLong { bits } => write!(f, "an integer of more than {bits} bits"),
            Self::NegativeLength(length) => write!(f, "a length of {length}"),
            Self::NotBoolean(byte) => write!(f, "a boolean must be 0 or 1, not {byte}"),
            Self::NotUtf8 => f.write_str("a string that is not UTF-8"),
            Self::UnknownBranch { index, count } => {
                write!(f, "branch {index} of a union with {count} branches")
            }
            Self::UnknownSymbol { name, index, count } => {
                write!(f, "symbol {index} of the enum `{name}`, which has {count} symbols")
            }
            Self::TooDeep { limit } => write!(f, "values nest more than {limit} deep"),
            Self::TooManyZeroSized => f.write_str("more items than the bytes can hold"),
            Self::UndefinedType(name) => write!(f, "the schema does not define `{name}`"),
        }
    }
}

impl std::error::Error for DecodeError {}
