//! Object container files (Avro 1.12, "Object Container Files"): data with their schema, in blocks, in one
//! `.avro` file.
//!
//! Every implementation of Avro can read the files of [`Writer`]. [`Reader`] reads files without compression
//! and with `deflate`, the codec that every implementation has.
//!
//! ```
//! use signalbook_model::Schema;
//! use signalbook_data::container::{Codec, Header, Reader, Writer};
//! use signalbook_data::{Value, encode};
//!
//! let schema = Schema::parse(r#""string""#)?;
//! let value = Value::String("hello".to_owned());
//!
//! let header = Header { codec: Codec::Deflate, ..Header::new(schema.clone(), *b"sixteen at rand.") };
//! let mut writer = Writer::new(Vec::new(), &header)?;
//! writer.append(&encode(&schema, &value)?)?;
//! let file = writer.finish()?;
//!
//! let mut reader = Reader::new(&file[..])?;
//! assert_eq!(reader.header(), &header);
//! let datum = reader.read()?.expect("one was written");
//! assert_eq!((datum.value, datum.bytes), (value, &b"\x0ahello"[..]));
//! assert_eq!(reader.read()?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! One block is in memory at a time. The lengths, counts and decompressed sizes of a file are limited by
//! [`MAX_BLOCK`] or the limit of [`Reader::with_limit`].

mod codec;
mod error;
mod header;
mod reader;
mod source;
mod writer;

pub use codec::Codec;
pub use error::{ContainerError, ContainerProblem};
pub use header::Header;
pub use reader::{Datum, Reader};
pub use writer::Writer;

/// The first bytes of every container file: `Obj` and the version of the format.
pub const MAGIC: [u8; 4] = *b"Obj\x01";

/// The largest size of the header and of a block, both stored and decompressed: 64 MiB.
///
/// Writers make much smaller blocks: [`Writer`] about 64 KiB, others 16 to 64 KiB.
pub const MAX_BLOCK: usize = 64 << 20;
