use std::marker::PhantomData;

use signalbook_model::{Builder, Type};

use crate::{
    AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
    Key,
};

/// The adapter of an `Option` whose default is not null: `[T, "null"]`, as a default must be of the first
/// branch.
#[derive(Debug)]
pub struct NullSecond<U>(PhantomData<U>);

impl<U: Branch> Describe for NullSecond<U> {
    fn describe(builder: &mut Builder) -> Type {
        Type::Union(vec![U::describe(builder), Type::NULL])
    }
}

impl<T, U: EncodeAs<T>> EncodeAs<Option<T>> for NullSecond<U> {
    fn encode_as(value: &Option<T>, out: &mut Encoder<'_>) {
        match value {
            Some(value) => {
                out.length(0);
                U::encode_as(value, out);
            }
            None => out.length(1),
        }
    }
}

impl<'de, T, U: DecodeAs<'de, T>> DecodeAs<'de, Option<T>> for NullSecond<U> {
    fn decode_as(input: &mut Decoder<'de>) -> Result<Option<T>, DecodeError> {
        match input.index(2)? {
            0 => U::decode_as(input).map(Some),
            _ => Ok(None),
        }
    }

    fn decode_as_into(value: &mut Option<T>, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        match (input.index(2)?, &mut *value) {
            (0, Some(value)) => U::decode_as_into(value, input)?,
            (0, none) => *none = Some(U::decode_as(input)?),
            _ => *value = None,
        }
        Ok(())
    }

    __planned_decoding! {
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Option<T>, DecodeError> {
            match crate::planned_decoding::branch(input, cursor)? {
                (0, None) => U::decode_as(input).map(Some),
                (0, Some(cursor)) => U::decode_as_planned(input, cursor).map(Some),
                _ => Ok(None),
            }
        }
    }
}

impl<T, U: AsKey<T>> AsKey<Option<T>> for NullSecond<U> {
    fn as_key(value: &Option<T>) -> Option<Key<'_>> {
        value.as_ref().and_then(U::as_key)
    }
}

/// The adapter of a `T` in its own wire form.
#[derive(Debug)]
pub struct Same<T>(PhantomData<T>);

impl<T: AsKey<T>> AsKey<T> for Same<T> {
    fn as_key(value: &T) -> Option<Key<'_>> {
        T::as_key(value)
    }
}

impl<T: Describe> Describe for Same<T> {
    fn describe(builder: &mut Builder) -> Type {
        T::describe(builder)
    }
}

impl<T: Branch> Branch for Same<T> {
    const KIND: BranchKind = T::KIND;
}

impl<T: Encode> EncodeAs<T> for Same<T> {
    #[inline]
    fn encode_as(value: &T, out: &mut Encoder<'_>) {
        value.encode(out);
    }
}

impl<'de, T: Decode<'de>> DecodeAs<'de, T> for Same<T> {
    #[inline]
    fn decode_as(input: &mut Decoder<'de>) -> Result<T, DecodeError> {
        T::decode(input)
    }

    #[inline]
    fn decode_as_into(value: &mut T, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        value.decode_into(input)
    }

    __planned_decoding! {
        #[inline]
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<T, DecodeError> {
            T::decode_planned(input, cursor)
        }
    }
}
