use std::fmt;

use crate::{MAX_EMPTY_ITEMS, MAX_NESTING};

/// Why a value cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// An open enum holds a symbol that its schema does not have, and the enum has no fallback.
    UnknownSymbol {
        /// The enum's Rust type.
        rust_type: &'static str,
    },
    /// A value of another crate's type is out of the range of its wire form.
    OutOfRange {
        /// The Rust type.
        rust_type: &'static str,
        /// The wire form: `timestamp-millis`, `decimal(9,2)`.
        wire: &'static str,
    },
    /// The value nests deeper than [`MAX_NESTING`](crate::MAX_NESTING), so no decoder could read it.
    TooDeep,
    /// The value holds more than [`MAX_EMPTY_ITEMS`](crate::MAX_EMPTY_ITEMS) items without bytes, so no
    /// decoder could read it.
    TooManyEmptyItems,
}

/// Why bytes are not a value of the type. It holds the offset and what was expected, never a part of the
/// data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    offset: usize,
    expected: Expected,
}

/// What a decoder expected at the offset of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// More bytes: the buffer ends within a value, or a length is greater than the rest of it.
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
        /// The number of symbols or branches.
        count: usize,
    },
    /// A symbol of the reader's enum: the writer's enum has more, and the reader's has no fallback.
    KnownSymbol,
    /// Fewer items without bytes.
    FewerItems,
    /// Less nesting.
    LessNesting,
    /// A value in the range of the Rust type or of its logical type.
    Value {
        /// The wire form: `uuid`, `timestamp-millis`.
        wire: &'static str,
    },
    /// The bytes `C3 01` and a fingerprint, which begin a single object.
    SingleObject,
    /// The byte `00` and a schema id, which begin a payload in Confluent's framing.
    SchemaId,
    /// The fingerprint of this event's schema.
    Fingerprint {
        /// The fingerprint of the event's schema.
        expected: u64,
        /// The fingerprint in the bytes.
        found: u64,
    },
}

impl DecodeError {
    /// Creates an error at `offset`, in bytes from the start of the buffer.
    pub fn new(offset: usize, expected: Expected) -> Self {
        Self { offset, expected }
    }

    /// Returns the offset of the error, in bytes from the start of the buffer.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns what was expected at that offset.
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
                "the enum of this version lacks the symbol: give the enum a fallback or an open variant",
            ),
            Self::FewerItems => f.write_str("a list or map claims more items than the buffer can hold"),
            Self::LessNesting => f.write_str("values nest too deeply"),
            Self::Value { wire } => write!(f, "expected a value in the range of `{wire}`"),
            Self::SingleObject => f.write_str("expected a single object, which begins with the bytes C3 01"),
            Self::SchemaId => {
                f.write_str("expected the byte 00 and a schema id of four bytes, as in Confluent's framing")
            }
            Self::Fingerprint { expected, found } => write!(
                f,
                "the bytes have the schema fingerprint {found:016x}, but the event has {expected:016x}"
            ),
        }
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSymbol { rust_type } => {
                write!(f, "an unknown symbol of `{rust_type}` cannot be encoded: the enum has no fallback")
            }
            Self::OutOfRange { rust_type, wire } => {
                write!(f, "a value of `{rust_type}` is out of the range of `{wire}`")
            }
            Self::TooDeep => {
                write!(f, "the value nests deeper than {MAX_NESTING}, so no consumer could read it")
            }
            Self::TooManyEmptyItems => {
                write!(
                    f,
                    "the value holds more than {MAX_EMPTY_ITEMS} items without bytes, \
                     so no consumer could read it"
                )
            }
        }
    }
}

impl std::error::Error for EncodeError {}
