use std::{error::Error, fmt, io};

use signalbook_model::SchemaError;

use super::Codec;
use crate::DecodeError;

/// Why a container file cannot be read, or not to its end. It never contains a value of the data.
#[derive(Debug)]
#[non_exhaustive]
pub struct ContainerError {
    /// The offset in the file of the invalid part, in bytes. For a datum, the offset of its block.
    pub offset: u64,
    /// What is wrong.
    pub problem: ContainerProblem,
}

/// What can be wrong with a container file.
#[derive(Debug)]
#[non_exhaustive]
pub enum ContainerProblem {
    /// The file could not be read.
    Io(io::Error),
    /// The file does not begin with [`MAGIC`](super::MAGIC).
    NotAContainer,
    /// The file ends in the header or in a block.
    UnexpectedEnd,
    /// A length or count is negative, or has more than 64 bits.
    InvalidLength(&'static str),
    /// A part is larger than the limit.
    TooLarge {
        /// The part.
        what: &'static str,
        /// Its size in bytes, according to the file.
        size: u64,
        /// The limit.
        limit: usize,
    },
    /// A decompressed block is larger than the limit.
    TooLargeUnpacked {
        /// The limit in bytes.
        limit: usize,
    },
    /// A key of the header, its schema or its codec is not UTF-8.
    NotText(&'static str),
    /// The header has no schema.
    NoSchema,
    /// The header's schema is invalid.
    Schema(SchemaError),
    /// The codec of the blocks is not supported.
    UnknownCodec(String),
    /// A block is not valid data of the codec `deflate`.
    NotDeflate,
    /// A block does not end with the file's marker, so the rest of the file cannot be read.
    WrongMarker,
    /// The count of a block is larger than its bytes allow.
    TooManyData {
        /// The number of data.
        count: u64,
    },
    /// A block has bytes after its last datum.
    TrailingBytes {
        /// The number of bytes.
        count: usize,
    },
    /// A datum does not conform to the schema.
    Datum {
        /// The index of the datum in the file.
        index: u64,
        /// The error. Its offset is from the start of the datum.
        source: DecodeError,
    },
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            ContainerProblem::Io(_) | ContainerProblem::NotAContainer => self.problem.fmt(f),
            problem => write!(f, "{problem} (byte {} of the file)", self.offset),
        }
    }
}

impl fmt::Display for ContainerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the container file cannot be read: {error}"),
            Self::NotAContainer => f.write_str(
                "not an Avro container file: it does not begin with `Obj` and \
                                                1",
            ),
            Self::UnexpectedEnd => f.write_str("the container file ends too early: it is truncated"),
            Self::InvalidLength(what) => write!(f, "{what}: not a valid length or count"),
            Self::TooLarge { what, size, limit } => {
                write!(f, "{what} has {size} bytes, but the limit is {limit}")
            }
            Self::TooLargeUnpacked { limit } => {
                write!(f, "a decompressed block has more than {limit} bytes, which is the limit")
            }
            Self::NotText(what) => write!(f, "{what} is not UTF-8"),
            Self::NoSchema => f.write_str("the header has no `avro.schema`"),
            Self::Schema(error) => write!(f, "the header's `avro.schema` is not a valid schema: {error}"),
            Self::UnknownCodec(codec) => {
                let known = Codec::ALL.map(|codec| format!("`{}`", codec.name())).join(" and ");
                write!(
                    f,
                    "the blocks are compressed with `{}`, but only {known} are supported: write the file \
                     with one of them",
                    codec.escape_debug()
                )
            }
            Self::NotDeflate => f.write_str("a block cannot be decompressed"),
            Self::WrongMarker => {
                f.write_str("a block does not end with the file's marker: the file is damaged")
            }
            Self::TooManyData { count } => {
                write!(f, "a block has a count of {count} data, more than its bytes can hold")
            }
            Self::TrailingBytes { count } => {
                write!(f, "{count} bytes are left over after the last datum of a block")
            }
            Self::Datum { index, source } => write!(f, "datum {index}, counted from 0: {source}"),
        }
    }
}

impl Error for ContainerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            ContainerProblem::Io(error) => error.source(),
            ContainerProblem::Schema(error) => error.source(),
            ContainerProblem::Datum { source, .. } => source.source(),
            ContainerProblem::NotAContainer
            | ContainerProblem::UnexpectedEnd
            | ContainerProblem::InvalidLength(_)
            | ContainerProblem::TooLarge { .. }
            | ContainerProblem::TooLargeUnpacked { .. }
            | ContainerProblem::NotText(_)
            | ContainerProblem::NoSchema
            | ContainerProblem::UnknownCodec(_)
            | ContainerProblem::NotDeflate
            | ContainerProblem::WrongMarker
            | ContainerProblem::TooManyData { .. }
            | ContainerProblem::TrailingBytes { .. } => None,
        }
    }
}
