use std::borrow::Cow;

use signalbook_model::{Builder, Primitive, Type};

use crate::{Branch, BranchKind, Decode, DecodeError, Decoder, Describe, Encode, Encoder};

macro_rules! string {
    ($($rust:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Describe for $rust {
            fn describe(_: &mut Builder) -> Type {
                Type::STRING
            }
        }

        #[diagnostic::do_not_recommend]
        impl Branch for $rust {
            const KIND: BranchKind = BranchKind::Primitive(Primitive::String);
        }

        #[diagnostic::do_not_recommend]
        impl Encode for $rust {
            #[inline]
            fn encode(&self, out: &mut Encoder<'_>) {
                out.string(self);
            }
        }
    )*};
}

string!(str, String);

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for String {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.string().map(str::to_owned)
    }

    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        let text = input.string()?;
        self.clear();
        self.push_str(text);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Box<str> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.string().map(Box::from)
    }
}

#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a> Decode<'de> for &'a str {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.string()
    }
}

#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a> Decode<'de> for Cow<'a, str> {
    #[inline]
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.string().map(Cow::Borrowed)
    }
}
