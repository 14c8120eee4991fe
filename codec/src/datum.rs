use crate::{Decode, DecodeError, Decoder, Encode, EncodeError, Encoder};

/// Appends the encoding of `value` to `out`: a bare datum, without a schema or fingerprint.
///
/// # Errors
/// Returns an error if the value cannot be encoded. Then `out` is unchanged.
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

/// Encodes `value` into a new buffer; see [`encode`].
///
/// # Errors
/// Returns an error if the value cannot be encoded.
pub fn encode_to_vec<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    // Most events fit, so that the buffer does not grow step by step.
    let mut out = Vec::with_capacity(256);
    encode(value, &mut out)?;
    Ok(out)
}

/// Decodes a value from all of `bytes`. It may borrow from them.
///
/// # Errors
/// Returns an error if the bytes are not a value of the type, or bytes are left over.
#[inline]
pub fn decode<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, DecodeError> {
    let mut input = Decoder::new(bytes);
    let value = T::decode(&mut input)?;
    input.finish()?;
    Ok(value)
}

/// As [`decode`], into an existing value, whose allocations are reused. After an error its content is
/// unspecified.
///
/// # Errors
/// Returns an error if the bytes are not a value of the type, or bytes are left over.
#[inline]
pub fn decode_into<'de, T: Decode<'de>>(value: &mut T, bytes: &'de [u8]) -> Result<(), DecodeError> {
    let mut input = Decoder::new(bytes);
    value.decode_into(&mut input)?;
    input.finish()
}
