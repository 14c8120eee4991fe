//! Avro's binary encoding, part by part (Avro 1.12, "Binary Encoding"): what plans share with
//! `signalbook-data`.
//!
//! A [`Cursor`] reads numbers, text and counts; [`write_long`] and its neighbours write them. A [`Step`]
//! leads from a value to one of its parts, for the paths of errors.

mod cursor;
mod error;
mod path;
mod write;

pub use cursor::{Cursor, FREE_ZERO_SIZED, Result};
pub use error::{DecodeError, DecodeProblem};
pub use path::{Step, path, path_within, write_place};
pub use write::{write_block, write_length, write_long};

/// How deep values may nest. Records, arrays, maps and unions count as one level each.
///
/// The derives write 128 boxes, lists and maps within one another; those of types with up to four levels each
/// can be read.
pub const MAX_DEPTH: usize = 512;
