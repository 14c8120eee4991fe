use std::borrow::Cow;

use signalbook_model::{Builder, Primitive, Type};

use crate::{Branch, BranchKind, Decode, DecodeError, Decoder, Describe, Encode, Encoder};

macro_rules! bytes {
    ($($rust:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Describe for $rust {
            fn describe(_: &mut Builder) -> Type {
                Type::BYTES
            }
        }

        #[diagnostic::do_not_recommend]
        impl Branch for $rust {
            const KIND: BranchKind = BranchKind::Primitive(Primitive::Bytes);
        }

        #[diagnostic::do_not_recommend]
        impl Encode for $rust {
            #[inline]
            fn encode(&self, out: &mut Encoder<'_>) {
                out.bytes(self);
            }
        }
    )*};
}

bytes!([u8], Vec<u8>);

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Vec<u8> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.bytes().map(<[u8]>::to_vec)
    }

    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        let bytes = input.bytes()?;
        self.clear();
        self.extend_from_slice(bytes);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Box<[u8]> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.bytes().map(Box::from)
    }
}

#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a> Decode<'de> for &'a [u8] {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.bytes()
    }
}

#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a> Decode<'de> for Cow<'a, [u8]> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.bytes().map(Cow::Borrowed)
    }
}
