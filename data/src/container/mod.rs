//! Object container files (Avro 1.12, "Object Container Files"): data with their schema, in blocks, in one
//! `.avro` file.
//!
//! Any reader of Avro reads what [`Writer`] writes; [`Reader`] reads what they write without compression or
//! with `deflate`, the codec that every implementation has.
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
//! One block is in memory at a time. What a file claims (lengths, counts, and how much a block becomes once
//! it is decompressed) is believed up to a limit: [`MAX_BLOCK`], or what [`Reader::with_limit`] is given.

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

/// What every container file begins with: `Obj` and the version of the format.
pub const MAGIC: [u8; 4] = *b"Obj\x01";

/// How many bytes a block may have, as it is stored and decompressed, and so may the header: 64 MiB.
///
/// Writers aim at far less: [`Writer`] at 64 KiB, others at 16 to 64.
pub const MAX_BLOCK: usize = 64 << 20;
