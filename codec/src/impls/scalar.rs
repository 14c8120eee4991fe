use signalbook_model::{Builder, Primitive, Type};

use crate::{Branch, BranchKind, Decode, DecodeError, Decoder, Describe, Encode, Encoder};

macro_rules! scalar {
    ($($rust:ty: $avro:ident = $method:ident $({ $($planned:tt)* })?),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Describe for $rust {
            fn describe(_: &mut Builder) -> Type {
                Type::Primitive(Primitive::$avro)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Branch for $rust {
            const KIND: BranchKind = BranchKind::Primitive(Primitive::$avro);
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

            $(__planned_decoding! { $($planned)* })?
        }
    )*};
}

scalar!(
    bool: Boolean = boolean,
    i32: Int = int,
    i64: Long = long {
        #[inline]
        fn decode_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Self, DecodeError> {
            if cursor.is_int() {
                return input.int().map(i64::from);
            }
            crate::planned_decoding::leaf(input, cursor, Self::decode, Self::decode_planned)
        }
    },
    f32: Float = float,
    f64: Double = double
);

#[diagnostic::do_not_recommend]
impl Describe for () {
    fn describe(_: &mut Builder) -> Type {
        Type::NULL
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
