use crate::{DecodeError, Decoder, Encoder};

/// Writes a `T` in another wire form: `#[avro(as = "wire::UuidString")] id: Uuid`.
///
/// An adapter is a type without values that names a wire form. It implements [`Describe`](crate::Describe)
/// for the wire type, [`EncodeAs`] and [`DecodeAs`] for each Rust type that it supports, and
/// [`Branch`](crate::Branch) if it is allowed within an `Option`. Adapters compose: if `A` adapts `T`, then
/// `Vec<Option<A>>` adapts `Vec<Option<T>>`, and likewise for maps and boxes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not adapt `{T}`",
    label = "cannot write `{T}`",
    note = "an adapter implements `Describe`, `EncodeAs<T>` and `DecodeAs<'_, T>`; write it within \
            the same `Option`, `Vec`, map or `Box` as the field's type"
)]
pub trait EncodeAs<T: ?Sized> {
    /// Appends the encoding of `value`; see [`Encode::encode`](crate::Encode::encode).
    fn encode_as(value: &T, out: &mut Encoder<'_>);
}

/// Reads a `T` from another wire form; see [`EncodeAs`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not adapt `{T}`",
    label = "cannot read `{T}`",
    note = "an adapter implements `Describe`, `EncodeAs<T>` and `DecodeAs<'_, T>`; write it within \
            the same `Option`, `Vec`, map or `Box` as the field's type"
)]
pub trait DecodeAs<'de, T>: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// Returns an error if the bytes are not such a value.
    fn decode_as(input: &mut Decoder<'de>) -> Result<T, DecodeError>;

    /// Reads into an existing value; see [`Decode::decode_into`](crate::Decode::decode_into).
    ///
    /// # Errors
    /// See [`decode_as`](Self::decode_as).
    #[inline]
    fn decode_as_into(value: &mut T, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        *value = Self::decode_as(input)?;
        Ok(())
    }

    __planned_decoding! {
        /// Reads a value that was written with another schema, in place. `cursor` is its part of the plan.
        #[doc(hidden)]
        #[inline]
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<T, DecodeError> {
            crate::planned_decoding::leaf(input, cursor, Self::decode_as, Self::decode_as_planned)
        }

        /// Reads the current field of `fields` into its slot.
        #[doc(hidden)]
        #[inline]
        fn decode_field_as(
            fields: &mut crate::planned_decoding::Fields<'de>,
            slot: &mut Option<T>,
            input: &mut Decoder<'de>,
        ) {
            fields.read(slot, input, Self::decode_as, Self::decode_as_planned);
        }
    }
}
