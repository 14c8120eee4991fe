use signalbook_model::{Builder, Type};

use crate::{Branch, Decode, DecodeError, Decoder, Describe, Encode, Encoder, Kind};

macro_rules! scalar {
    ($($rust:ty: $avro:ident = $method:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Describe for $rust {
            fn describe(_: &mut Builder) -> Type {
                Type::$avro
            }
        }

        #[diagnostic::do_not_recommend]
        impl Branch for $rust {
            const KIND: Kind = Kind::$avro;
        }

        #[diagnostic::do_not_recommend]
        impl Encode for $rust {
            #[inline]
            fn encode(&self, out: &mut Encoder<'_>) {
                out.$method(*self);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'de> Decode<'de> for $rust {
            #[inline]
            fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
                input.$method()
            }
        }
    )*};
}

scalar!(bool: Boolean = boolean, i32: Int = int, i64: Long = long, f32: Float = float, f64: Double = double);

#[diagnostic::do_not_recommend]
impl Describe for () {
    fn describe(_: &mut Builder) -> Type {
        Type::Null
    }
}

#[diagnostic::do_not_recommend]
impl Encode for () {
    #[inline]
    fn encode(&self, _: &mut Encoder<'_>) {}
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for () {
    #[inline]
    fn decode(_: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        Ok(())
    }
}
