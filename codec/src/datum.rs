use crate::{Decode, DecodeError, Decoder, Encode, EncodeError, Encoder};

/// Appends the encoding of `value` to `out`: a bare datum, without anything that says what it is.
///
/// # Errors
/// The value cannot be written; then `out` is as it was.
#[inline]
pub fn encode<T: Encode + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = out.len();
    let mut encoder = Encoder::new(out);
    value.encode(&mut encoder);
    let result = encoder.finish();
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// The encoding of `value` in a buffer of its own; see [`encode`].
///
/// # Errors
/// The value cannot be written.
pub fn encode_to_vec<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    encode(value, &mut out)?;
    Ok(out)
}

/// The value that `bytes` hold, all of them; it may borrow from them.
///
/// # Errors
/// The bytes are not a value of the type, or there are more of them.
#[inline]
pub fn decode<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, DecodeError> {
    let mut input = Decoder::new(bytes);
    let value = T::decode(&mut input)?;
    input.finish()?;
    Ok(value)
}

/// As [`decode`], into a value that exists, reusing what it has allocated. After an error its content is unspecified.
///
/// # Errors
/// The bytes are not a value of the type, or there are more of them.
#[inline]
pub fn decode_into<'de, T: Decode<'de>>(value: &mut T, bytes: &'de [u8]) -> Result<(), DecodeError> {
    let mut input = Decoder::new(bytes);
    value.decode_into(&mut input)?;
    input.finish()
}
