//! Single-object encoding: a datum after the fingerprint of its schema (Avro 1.12, "Single-object encoding").

use std::fmt;

use crate::{Decode, DecodeError, Decoder, EncodeError, Encoder, Event, Expected, SchemaError};

/// The two bytes at the start of each single object.
pub const MARKER: [u8; 2] = [0xc3, 0x01];

/// The number of bytes before the datum: the marker and the fingerprint.
pub const HEADER: usize = 10;

/// Why an event cannot be encoded or decoded as a single object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SingleObjectError {
    /// The event has no schema.
    Schema(SchemaError),
    /// The event cannot be encoded.
    Encode(EncodeError),
    /// The bytes are not such an event.
    Decode(DecodeError),
}

/// Appends `event` to `out`: `C3 01`, the fingerprint of its schema in little endian, and the datum.
///
/// # Errors
/// Returns an error if the event has no schema or cannot be encoded. Then `out` is unchanged.
pub fn encode<E: Event>(event: &E, out: &mut Vec<u8>) -> Result<(), SingleObjectError> {
    let fingerprint = E::fingerprint().map_err(SingleObjectError::Schema)?;
    let start = out.len();
    let mut encoder = Encoder::new(out);
    encoder.fixed(&MARKER);
    encoder.fixed(&fingerprint.to_le_bytes());
    event.encode(&mut encoder);
    let result = encoder.finish();
    if result.is_err() {
        out.truncate(start);
    }
    result.map_err(SingleObjectError::Encode)
}

/// Decodes an event from all of `bytes`. It may borrow from them.
///
/// # Errors
/// Returns an error if the event has no schema, the bytes were written with another one, or they are not a
/// value of it.
pub fn decode<'de, E: Event + Decode<'de>>(bytes: &'de [u8]) -> Result<E, SingleObjectError> {
    let expected = E::fingerprint().map_err(SingleObjectError::Schema)?;
    let mut input = Decoder::new(bytes);
    header(&mut input, expected)
        .and_then(|()| E::decode(&mut input))
        .and_then(|event| input.finish().map(|()| event))
        .map_err(SingleObjectError::Decode)
}

/// Returns the fingerprint and the datum of a single object.
///
/// # Errors
/// Returns an error if the bytes do not begin with the marker and a fingerprint.
pub fn split(bytes: &[u8]) -> Result<(u64, &[u8]), DecodeError> {
    let split = bytes.strip_prefix(&MARKER).and_then(<[u8]>::split_first_chunk);
    let (fingerprint, datum) = split.ok_or_else(|| DecodeError::new(0, Expected::SingleObject))?;
    Ok((u64::from_le_bytes(*fingerprint), datum))
}

fn header(input: &mut Decoder<'_>, expected: u64) -> Result<(), DecodeError> {
    match input.fixed() {
        Ok(&MARKER) => {}
        Ok(_) | Err(_) => return Err(DecodeError::new(0, Expected::SingleObject)),
    }
    let offset = input.offset();
    match u64::from_le_bytes(*input.fixed()?) {
        found if found == expected => Ok(()),
        found => Err(DecodeError::new(offset, Expected::Fingerprint { expected, found })),
    }
}

impl fmt::Display for SingleObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SingleObjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Schema(error) => error.source(),
            Self::Encode(error) => error.source(),
            Self::Decode(error) => error.source(),
        }
    }
}
