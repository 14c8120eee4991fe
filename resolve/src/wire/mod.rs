//! The parts of Avro's binary encoding (Avro 1.12, "Binary Encoding"), for plans and for `signalbook-data`.
//!
//! A [`Cursor`] reads numbers, strings and counts. [`write_long`] and the other functions write them. A
//! [`Segment`] is a segment of the path in an error.

mod cursor;
mod error;
mod write;

pub use cursor::{Cursor, FREE_ZERO_SIZED, Result};
pub use error::{DecodeError, DecodeProblem};
pub use signalbook_model::value_path::{Segment, path, path_within, write_path};
pub use write::{write_block, write_length, write_long};

/// The largest nesting depth of values. Records, arrays, maps and unions count as one level each.
///
/// The derives write at most 128 nested boxes, lists and maps. Their data can be read if each has up to four
/// levels.
pub const MAX_DEPTH: usize = 512;
