//! The codec: types that describe, write and read themselves.

mod decoder;
mod encoder;

pub use decoder::{DecodeError, Decoder};
pub use encoder::{EncodeError, Encoder};
use signalbook_model::{Builder, Type};

/// A type that says what it is in a registry.
pub trait Describe {
    /// Its type; named types are put into `builder` on the way.
    fn describe(builder: &mut Builder) -> Type;
}

/// A type that writes itself in Avro's binary encoding.
pub trait Encode {
    /// Appends the encoding. It cannot fail here: the encoder keeps the first error, and the caller looks once.
    fn encode(&self, out: &mut Encoder<'_>);
}

/// A type that reads itself from Avro's binary encoding; `'de` is the buffer, from which it may borrow.
pub trait Decode<'de>: Sized {
    /// Reads a value written with the same schema.
    ///
    /// # Errors
    /// Where the bytes are not such a value.
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError>;

    /// Reads into a value that exists, reusing what it has allocated. After an error its content is unspecified.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        *self = Self::decode(input)?;
        Ok(())
    }
}
