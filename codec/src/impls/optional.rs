use signalbook_model::{Builder, Type};

use crate::{Branch, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder};

impl<T: Branch> Describe for Option<T> {
    fn describe(builder: &mut Builder) -> Type {
        Type::optional(T::describe(builder))
    }
}

impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        write(self.as_ref(), out, T::encode);
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Option<T> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        read(input, T::decode)
    }

    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        read_into(self, input, T::decode, T::decode_into)
    }

    __planned_decoding! {
        #[inline]
        fn decode_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Self, DecodeError> {
            match crate::planned_decoding::branch(input, cursor)? {
                (0, _) => Ok(None),
                (_, None) => T::decode(input).map(Some),
                (_, Some(cursor)) => T::decode_planned(input, cursor).map(Some),
            }
        }
    }
}

impl<T, U: EncodeAs<T>> EncodeAs<Option<T>> for Option<U> {
    #[inline]
    fn encode_as(value: &Option<T>, out: &mut Encoder<'_>) {
        write(value.as_ref(), out, U::encode_as);
    }
}

impl<'de, T, U: DecodeAs<'de, T>> DecodeAs<'de, Option<T>> for Option<U> {
    #[inline]
    fn decode_as(input: &mut Decoder<'de>) -> Result<Option<T>, DecodeError> {
        read(input, U::decode_as)
    }

    #[inline]
    fn decode_as_into(value: &mut Option<T>, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        read_into(value, input, U::decode_as, U::decode_as_into)
    }

    __planned_decoding! {
        #[inline]
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Option<T>, DecodeError> {
            match crate::planned_decoding::branch(input, cursor)? {
                (0, _) => Ok(None),
                (_, None) => U::decode_as(input).map(Some),
                (_, Some(cursor)) => U::decode_as_planned(input, cursor).map(Some),
            }
        }
    }
}

#[inline]
fn write<T>(value: Option<&T>, out: &mut Encoder<'_>, some: impl Fn(&T, &mut Encoder<'_>)) {
    match value {
        None => out.length(0),
        Some(value) => {
            out.length(1);
            some(value, out);
        }
    }
}

#[inline]
fn read<'de, T>(
    input: &mut Decoder<'de>,
    some: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    match input.index(2)? {
        0 => Ok(None),
        _ => some(input).map(Some),
    }
}

#[inline]
fn read_into<'de, T>(
    value: &mut Option<T>,
    input: &mut Decoder<'de>,
    some: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
    some_into: impl Fn(&mut T, &mut Decoder<'de>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    match (input.index(2)?, &mut *value) {
        (0, _) => *value = None,
        (_, Some(value)) => some_into(value, input)?,
        (_, None) => *value = Some(some(input)?),
    }
    Ok(())
}
