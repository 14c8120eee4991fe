use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::error::ContainerProblem;

/// How the blocks of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codec {
    /// Without compression.
    #[default]
    Null,
    /// With DEFLATE (RFC 1951), without a header or a checksum.
    Deflate,
}

/// Three times as fast as level 6, the default of common tools, for files that are a few percent larger.
const LEVEL: u8 = 4;

impl Codec {
    pub(super) const ALL: [Self; 2] = [Self::Null, Self::Deflate];

    /// Returns the name in the header of a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Deflate => "deflate",
        }
    }

    /// Returns the codec with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name() == name)
    }

    /// Compresses the bytes of a block.
    pub(super) fn pack(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Null => bytes,
            Self::Deflate => compress_to_vec(&bytes, LEVEL),
        }
    }

    /// Decompresses the bytes of a block, up to `limit` bytes.
    pub(super) fn unpack(self, stored: Vec<u8>, limit: usize) -> Result<Vec<u8>, ContainerProblem> {
        match self {
            Self::Null => Ok(stored),
            Self::Deflate => {
                decompress_to_vec_with_limit(&stored, limit).map_err(|error| match error.status {
                    TINFLStatus::HasMoreOutput => ContainerProblem::TooLargeUnpacked { limit },
                    _ => ContainerProblem::NotDeflate,
                })
            }
        }
    }
}
