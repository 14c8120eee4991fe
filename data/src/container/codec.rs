use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::error::ContainerProblem;

/// How the blocks of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    #[default]
    Null,
    /// With DEFLATE (RFC 1951), without a header or a checksum.
    Deflate,
}

/// What the usual tools take for the balance of speed and size.
const LEVEL: u8 = 6;

impl Codec {
    pub(super) const ALL: [Self; 2] = [Self::Null, Self::Deflate];

    /// Its name in a file's header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Deflate => "deflate",
        }
    }

    /// The codec of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name() == name)
    }

    /// The bytes of a block as they are stored.
    pub(super) fn pack(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Null => bytes,
            Self::Deflate => compress_to_vec(&bytes, LEVEL),
        }
    }

    /// The bytes of a block, of which there may be `limit`.
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
