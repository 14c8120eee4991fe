//! Types of another crate, and their adapters, as used by the registries `scalars` and `settings`.

use signalbook::model::{Builder, Primitive, Type};
use signalbook::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
};

/// A stock keeping unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Sku(pub String);

/// A length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metres(pub f64);

/// A date-time, which is encoded as text and needs no adapter.
pub type Instant = signalbook::DateTime;

/// Writes a [`Sku`] as text.
#[derive(Debug)]
pub enum SkuAsText {}

/// Writes [`Metres`] as a number.
#[derive(Debug)]
pub enum MetresAsDouble {}

/// Writes a double unchanged.
#[derive(Debug)]
pub enum AsIs {}

macro_rules! adapter {
    ($adapter:ty, $rust:ty, $wire:ty, $ty:expr, $kind:expr, $out:expr, $in:expr) => {
        impl Describe for $adapter {
            fn describe(_: &mut Builder) -> Type {
                $ty
            }
        }

        impl Branch for $adapter {
            const KIND: BranchKind = $kind;
        }

        impl EncodeAs<$rust> for $adapter {
            fn encode_as(value: &$rust, out: &mut Encoder<'_>) {
                $out(value).encode(out);
            }
        }

        impl<'de> DecodeAs<'de, $rust> for $adapter {
            fn decode_as(input: &mut Decoder<'de>) -> Result<$rust, DecodeError> {
                <$wire>::decode(input).map($in)
            }
        }
    };
}

adapter!(
    SkuAsText,
    Sku,
    String,
    Type::STRING,
    BranchKind::Primitive(Primitive::String),
    |sku: &Sku| sku.0.clone(),
    Sku
);
adapter!(
    MetresAsDouble,
    Metres,
    f64,
    Type::DOUBLE,
    BranchKind::Primitive(Primitive::Double),
    |metres: &Metres| metres.0,
    Metres
);
adapter!(
    AsIs,
    f64,
    f64,
    Type::DOUBLE,
    BranchKind::Primitive(Primitive::Double),
    |value: &f64| *value,
    |value| value
);
