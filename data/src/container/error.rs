use std::{error::Error, fmt, io};

use signalbook_model::SchemaError;

use super::Codec;
use crate::DecodeError;

/// Why a container file is not read, or no further. It never says what the data hold.
#[derive(Debug)]
pub struct ContainerError {
    /// Where in the file the part begins that is at fault, in bytes; for data, where their block does.
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
    /// It does not begin as a container does.
    NotAContainer,
    /// It ends within the header or within a block.
    UnexpectedEnd,
    /// A length or count is below zero where none can be, or has more than 64 bits.
    InvalidLength(&'static str),
    /// A part is larger than the limit.
    TooLarge {
        /// Which part.
        what: &'static str,
        /// How many bytes it claims to have.
        size: u64,
        /// How many it may have.
        limit: usize,
    },
    /// A block is larger than the limit once it is decompressed.
    TooLargeUnpacked {
        /// How many bytes it may have.
        limit: usize,
    },
    /// A key of the header, its schema or its codec is no text.
    NotText(&'static str),
    /// The header has no schema.
    NoSchema,
    /// The header's schema is none.
    Schema(SchemaError),
    /// The blocks are compressed in a way that is not known here.
    UnknownCodec(String),
    /// A block is not what the codec `deflate` makes.
    NotDeflate,
    /// A block does not end with the file's marker: what follows cannot be trusted.
    WrongMarker,
    /// A block claims more data than its bytes can hold.
    TooManyData {
        /// How many.
        count: u64,
    },
    /// A block has bytes after its last datum.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// A datum is none of the schema's.
    Datum {
        /// How many data of the file come before it.
        index: u64,
        /// What is wrong with it; places are counted from its beginning.
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
            Self::NotAContainer => f.write_str("no Avro container file: it does not begin with `Obj` and 1"),
            Self::UnexpectedEnd => f.write_str("the container file ends too early: it was cut short"),
            Self::InvalidLength(what) => write!(f, "{what} is no number that can be"),
            Self::TooLarge { what, size, limit } => {
                write!(f, "{what} claims {size} bytes, and the limit is {limit}")
            }
            Self::TooLargeUnpacked { limit } => {
                write!(f, "a block has more than {limit} bytes once it is decompressed, which is the limit")
            }
            Self::NotText(what) => write!(f, "{what} is not UTF-8"),
            Self::NoSchema => f.write_str("the header has no `avro.schema`"),
            Self::Schema(error) => write!(f, "the header's `avro.schema` is no schema: {error}"),
            Self::UnknownCodec(codec) => {
                let known = Codec::ALL.map(|codec| format!("`{}`", codec.name())).join(" and ");
                write!(
                    f,
                    "the blocks are compressed with `{}`, and only {known} are known: write the file anew with one of them",
                    codec.escape_debug()
                )
            }
            Self::NotDeflate => f.write_str("a block cannot be decompressed"),
            Self::WrongMarker => {
                f.write_str("a block does not end with the file's marker: the file is damaged")
            }
            Self::TooManyData { count } => {
                write!(f, "a block claims {count} data, more than its bytes can hold")
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
