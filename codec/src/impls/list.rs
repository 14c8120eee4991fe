use signalbook_model::{Builder, Type};

use crate::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
};

impl<T: Describe> Describe for Vec<T> {
    fn describe(builder: &mut Builder) -> Type {
        Type::array(T::describe(builder))
    }
}

impl<T: Describe> Branch for Vec<T> {
    const KIND: BranchKind = BranchKind::Array;
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Encoder<'_>) {
        out.block(self.iter(), T::encode);
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        read(input, T::decode)
    }

    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        read_into(self, input, T::decode, T::decode_into)
    }

    __planned_decoding! {
        fn decode_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Self, DecodeError> {
            match cursor.items() {
                Some(items) => read(input, |input| T::decode_planned(input, items)),
                None => crate::planned_decoding::other(input, cursor, Self::decode, Self::decode_planned),
            }
        }
    }
}

impl<T, U: EncodeAs<T>> EncodeAs<Vec<T>> for Vec<U> {
    fn encode_as(value: &Vec<T>, out: &mut Encoder<'_>) {
        out.block(value.iter(), U::encode_as);
    }
}

impl<'de, T, U: DecodeAs<'de, T>> DecodeAs<'de, Vec<T>> for Vec<U> {
    fn decode_as(input: &mut Decoder<'de>) -> Result<Vec<T>, DecodeError> {
        read(input, U::decode_as)
    }

    fn decode_as_into(value: &mut Vec<T>, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        read_into(value, input, U::decode_as, U::decode_as_into)
    }

    __planned_decoding! {
        fn decode_as_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Vec<T>, DecodeError> {
            match cursor.items() {
                Some(items) => read(input, |input| U::decode_as_planned(input, items)),
                None => crate::planned_decoding::other(
                    input,
                    cursor,
                    Self::decode_as,
                    Self::decode_as_planned,
                ),
            }
        }
    }
}

#[inline]
fn read<'de, T>(
    input: &mut Decoder<'de>,
    item: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let mut items = Vec::new();
    input.blocks(|input, count| {
        items.reserve(input.room::<T>(count));
        for _ in 0..count {
            // `?` would move the item once more.
            match item(input) {
                Ok(item) => items.push(item),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })?;
    Ok(items)
}

#[inline]
fn read_into<'de, T>(
    items: &mut Vec<T>,
    input: &mut Decoder<'de>,
    item: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
    item_into: impl Fn(&mut T, &mut Decoder<'de>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut read = 0;
    input.blocks(|input, count| {
        for _ in 0..count {
            match items.get_mut(read) {
                Some(old) => item_into(old, input)?,
                None => items.push(item(input)?),
            }
            read += 1;
        }
        Ok(())
    })?;
    items.truncate(read);
    Ok(())
}
