use std::fmt;

use crate::{MAX_EMPTY_ITEMS, MAX_NESTING};

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// An open enum holds a symbol that its schema does not have, and no fallback stands for it.
    UnknownSymbol {
        /// The enum's Rust type.
        rust_type: &'static str,
    },
    /// A value of a foreign type lies outside of what travels.
    OutOfRange {
        /// The Rust type.
        rust_type: &'static str,
        /// What it travels as: `timestamp-millis`, `decimal(9,2)`.
        wire: &'static str,
    },
    /// The value nests deeper than [`MAX_NESTING`](crate::MAX_NESTING): nobody could read it.
    TooDeep,
    /// The value holds more than [`MAX_EMPTY_ITEMS`](crate::MAX_EMPTY_ITEMS) items that take no bytes: nobody could read it.
    TooManyEmptyItems,
}

/// Why bytes are not a value of the type. It says where and what was expected, never what was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    offset: usize,
    expected: Expected,
}

/// What a decoder expected where it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// More bytes: the buffer ends within a value, or a length says more than there is.
    MoreBytes,
    /// The end of the buffer.
    End,
    /// A number of at most 64 bits, in at most 10 bytes.
    Long,
    /// A number of 32 bits.
    Int,
    /// 0 or 1.
    Boolean,
    /// A length that is not negative.
    Length,
    /// Text in UTF-8.
    Utf8,
    /// The index of a symbol or branch.
    Index {
        /// How many there are.
        count: usize,
    },
    /// A symbol that the reader's enum has: the writer's has more, and the reader's no fallback.
    KnownSymbol,
    /// Fewer items that take no bytes.
    FewerItems,
    /// Less nesting.
    LessNesting,
    /// A value within the range of the Rust type, or of its logical type.
    Value {
        /// What it travels as: `uuid`, `timestamp-millis`.
        wire: &'static str,
    },
    /// The two bytes `C3 01` and a fingerprint, which begin a single object.
    SingleObject,
    /// The byte `00` and a schema id, which begin a payload in Confluent's framing.
    SchemaId,
    /// The fingerprint of this event's schema.
    Fingerprint {
        /// The one of the event that was asked for.
        expected: u64,
        /// The one that was found.
        found: u64,
    },
}

impl DecodeError {
    /// An error at `offset`, in bytes from the start of the buffer.
    pub fn new(offset: usize, expected: Expected) -> Self {
        Self { offset, expected }
    }

    /// Where it was found, in bytes from the start of the buffer.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What should have been there.
    pub fn expected(&self) -> Expected {
        self.expected
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.offset, self.expected)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MoreBytes => f.write_str("the buffer ends within a value"),
            Self::End => f.write_str("bytes are left over after the value"),
            Self::Long => f.write_str("expected a number of at most 64 bits"),
            Self::Int => f.write_str("expected a number of at most 32 bits"),
            Self::Boolean => f.write_str("expected a boolean, 0 or 1"),
            Self::Length => f.write_str("expected a length, found a negative number"),
            Self::Utf8 => f.write_str("expected text in UTF-8"),
            Self::Index { count } => write!(f, "expected an index below {count}"),
            Self::KnownSymbol => f.write_str(
                "a symbol that this version's enum lacks: give the enum a fallback, or let it be open",
            ),
            Self::FewerItems => f.write_str("a list or map claims more items than its bytes can hold"),
            Self::LessNesting => f.write_str("values nest too deep"),
            Self::Value { wire } => write!(f, "expected a value in the range of `{wire}`"),
            Self::SingleObject => f.write_str("expected a single object, which begins with the bytes C3 01"),
            Self::SchemaId => f.write_str(
                "expected the byte 00 and a schema id of four bytes, as Confluent's framing has them",
            ),
            Self::Fingerprint { expected, found } => write!(
                f,
                "written with another schema: its fingerprint is {found:016x}, the event's is {expected:016x}"
            ),
        }
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSymbol { rust_type } => {
                write!(f, "an unknown symbol of `{rust_type}` cannot be written: the enum has no fallback")
            }
            Self::OutOfRange { rust_type, wire } => {
                write!(f, "a value of `{rust_type}` does not fit into `{wire}`")
            }
            Self::TooDeep => {
                write!(f, "the value nests deeper than {MAX_NESTING}: no consumer would read it")
            }
            Self::TooManyEmptyItems => {
                write!(
                    f,
                    "the value holds more than {MAX_EMPTY_ITEMS} items without bytes: no consumer would read it"
                )
            }
        }
    }
}

impl std::error::Error for EncodeError {}
