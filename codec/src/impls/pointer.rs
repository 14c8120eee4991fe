use std::borrow::Cow;

use signalbook_model::{Builder, Type};

use crate::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
};

impl<T: Describe + ?Sized> Describe for Box<T> {
    fn describe(builder: &mut Builder) -> Type {
        T::describe(builder)
    }
}

impl<T: Branch + ?Sized> Branch for Box<T> {
    const KIND: BranchKind = T::KIND;
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        out.nested(|out| T::encode(self, out));
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.nested(T::decode).map(Box::new)
    }

    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        input.nested(|input| T::decode_into(self, input))
    }

    __planned_decoding! {
        fn decode_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Self, DecodeError> {
            input.nested(|input| T::decode_planned(input, cursor)).map(Box::new)
        }
    }
}

impl<T, U: EncodeAs<T>> EncodeAs<Box<T>> for Box<U> {
    #[inline]
    fn encode_as(value: &Box<T>, out: &mut Encoder<'_>) {
        out.nested(|out| U::encode_as(value, out));
    }
}

impl<'de, T, U: DecodeAs<'de, T>> DecodeAs<'de, Box<T>> for Box<U> {
    fn decode_as(input: &mut Decoder<'de>) -> Result<Box<T>, DecodeError> {
        input.nested(U::decode_as).map(Box::new)
    }

    fn decode_as_into(value: &mut Box<T>, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        input.nested(|input| U::decode_as_into(value, input))
    }

    __planned_decoding! {
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Box<T>, DecodeError> {
            input.nested(|input| U::decode_as_planned(input, cursor)).map(Box::new)
        }
    }
}

impl<T: Describe + ?Sized> Describe for &T {
    fn describe(builder: &mut Builder) -> Type {
        T::describe(builder)
    }
}

impl<T: Branch + ?Sized> Branch for &T {
    const KIND: BranchKind = T::KIND;
}

impl<T: Encode + ?Sized> Encode for &T {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        T::encode(self, out);
    }
}

impl<T: Describe + ToOwned + ?Sized> Describe for Cow<'_, T> {
    fn describe(builder: &mut Builder) -> Type {
        T::describe(builder)
    }
}

impl<T: Branch + ToOwned + ?Sized> Branch for Cow<'_, T> {
    const KIND: BranchKind = T::KIND;
}

impl<T: Encode + ToOwned + ?Sized> Encode for Cow<'_, T> {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        T::encode(self, out);
    }
}
