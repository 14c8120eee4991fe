//! Somebody else's types, and the adapters that write them: what the registry `scalars` names.

use signalbook::model::{Builder, Type};
use signalbook::{Branch, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder, Kind};

/// A stock keeping unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Sku(pub String);

/// A length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metres(pub f64);

/// Writes a [`Sku`] as text.
#[derive(Debug)]
pub enum SkuAsText {}

/// Writes [`Metres`] as a number.
#[derive(Debug)]
pub enum MetresAsDouble {}

macro_rules! adapter {
    ($adapter:ty, $rust:path, $wire:ty, $ty:expr, $kind:expr) => {
        impl Describe for $adapter {
            fn describe(_: &mut Builder) -> Type {
                $ty
            }
        }

        impl Branch for $adapter {
            const KIND: Kind = $kind;
        }

        impl EncodeAs<$rust> for $adapter {
            fn encode_as(value: &$rust, out: &mut Encoder<'_>) {
                value.0.encode(out);
            }
        }

        impl<'de> DecodeAs<'de, $rust> for $adapter {
            fn decode_as(input: &mut Decoder<'de>) -> Result<$rust, DecodeError> {
                <$wire>::decode(input).map($rust)
            }
        }
    };
}

adapter!(SkuAsText, Sku, String, Type::String, Kind::String);
adapter!(MetresAsDouble, Metres, f64, Type::Double, Kind::Double);
