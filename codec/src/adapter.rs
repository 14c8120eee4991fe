use crate::{DecodeError, Decoder, Encoder};

/// Writes a `T` in the adapter's own form: `#[avro(as = "wire::UuidString")] id: Uuid`.
///
/// An adapter is a type without values that stands for a form on the wire. It implements [`Describe`](crate::Describe) to say which one,
/// [`EncodeAs`] and [`DecodeAs`] for each type that can take it, and [`Branch`](crate::Branch) to be allowed within an
/// `Option`. Adapters compose: `Vec<Option<A>>` adapts `Vec<Option<T>>` where `A` adapts `T`, and likewise maps and boxes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not adapt `{T}`",
    label = "cannot write `{T}`",
    note = "an adapter implements `Describe`, `EncodeAs<T>` and `DecodeAs<'_, T>`; around it stand the same `Option`, `Vec`, map or `Box` as in the field's type"
)]
pub trait EncodeAs<T: ?Sized> {
    /// Appends the encoding of `value`, as [`Encode::encode`](crate::Encode::encode).
    fn encode_as(value: &T, out: &mut Encoder<'_>);
}

/// Reads a `T` from the adapter's own form; see [`EncodeAs`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not adapt `{T}`",
    label = "cannot read `{T}`",
    note = "an adapter implements `Describe`, `EncodeAs<T>` and `DecodeAs<'_, T>`; around it stand the same `Option`, `Vec`, map or `Box` as in the field's type"
)]
pub trait DecodeAs<'de, T>: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// Where the bytes are not such a value.
    fn decode_as(input: &mut Decoder<'de>) -> Result<T, DecodeError>;

    /// Reads into a value that exists, as [`Decode::decode_into`](crate::Decode::decode_into).
    ///
    /// # Errors
    /// As [`decode_as`](Self::decode_as).
    #[inline]
    fn decode_as_into(value: &mut T, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        *value = Self::decode_as(input)?;
        Ok(())
    }

    __planned_decoding! {
        /// Reads a value that was written with another schema, where it stands.
        #[doc(hidden)]
        #[inline]
        fn decode_as_planned(input: &mut Decoder<'de>, place: crate::versions::Place<'de>) -> Result<T, DecodeError> {
            crate::versions::leaf(input, place, Self::decode_as, Self::decode_as_planned)
        }

        /// Reads the field at which `fields` stand into its slot.
        #[doc(hidden)]
        #[inline]
        fn decode_field_as(fields: &mut crate::versions::Fields<'de>, slot: &mut Option<T>, input: &mut Decoder<'de>) {
            fields.read(slot, input, Self::decode_as, Self::decode_as_planned);
        }
    }
}
