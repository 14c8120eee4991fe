use std::borrow::Cow;

use signalbook_model::{Builder, Fixed, FixedLogical, Logical, Primitive, Type, fixed_names};
use uuid::Uuid;

use crate::traits::Shape;
use crate::{
    AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
    Expected, Key,
};

/// The adapter of a [`Uuid`] as a plain string, as Open edX sends it.
#[derive(Clone, Copy, Debug)]
pub enum UuidString {}

/// The adapter of a [`Uuid`], or of its 16 bytes, as a fixed with the logical type `uuid`.
#[derive(Clone, Copy, Debug)]
pub enum UuidFixed {}

/// A string with the logical type `uuid`.
#[diagnostic::do_not_recommend]
impl Describe for Uuid {
    const SHAPE: Shape = Shape::Logical(Logical::Uuid);

    fn describe(_: &mut Builder) -> Type {
        Type::Logical(Logical::Uuid)
    }
}

#[diagnostic::do_not_recommend]
impl Branch for Uuid {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::String);
}

#[diagnostic::do_not_recommend]
impl Encode for Uuid {
    #[inline]
    fn encode(&self, out: &mut Encoder<'_>) {
        out.string(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Uuid {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        let text = input.string()?;
        let hyphenated = Some(text).filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH);
        hyphenated
            .and_then(|text| Self::try_parse(text).ok())
            .ok_or_else(|| DecodeError::new(offset, Expected::Value { wire: "uuid" }))
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Self> for Uuid {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        Some(Key::String(Cow::Owned(value.to_string())))
    }
}

#[diagnostic::do_not_recommend]
impl Describe for UuidString {
    const SHAPE: Shape = Shape::Logical(Logical::Uuid);

    fn describe(_: &mut Builder) -> Type {
        Type::STRING
    }
}

#[diagnostic::do_not_recommend]
impl Branch for UuidString {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::String);
}

impl EncodeAs<Uuid> for UuidString {
    #[inline]
    fn encode_as(value: &Uuid, out: &mut Encoder<'_>) {
        value.encode(out);
    }
}

impl<'de> DecodeAs<'de, Uuid> for UuidString {
    #[inline]
    fn decode_as(input: &mut Decoder<'de>) -> Result<Uuid, DecodeError> {
        Uuid::decode(input)
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Uuid> for UuidString {
    fn as_key(value: &Uuid) -> Option<Key<'_>> {
        Uuid::as_key(value)
    }
}

#[diagnostic::do_not_recommend]
impl Describe for UuidFixed {
    const SHAPE: Shape = Shape::FixedLogical(FixedLogical::Uuid);

    fn describe(builder: &mut Builder) -> Type {
        builder.fixed(fixed_names::UUID, "signalbook::wire::UuidFixed", || Fixed {
            size: 16,
            logical: Some(FixedLogical::Uuid),
            ..Fixed::default()
        })
    }
}

#[diagnostic::do_not_recommend]
impl Branch for UuidFixed {
    const KIND: BranchKind = BranchKind::Named;
}

impl EncodeAs<Uuid> for UuidFixed {
    #[inline]
    fn encode_as(value: &Uuid, out: &mut Encoder<'_>) {
        out.fixed(value.as_bytes());
    }
}

impl<'de> DecodeAs<'de, Uuid> for UuidFixed {
    #[inline]
    fn decode_as(input: &mut Decoder<'de>) -> Result<Uuid, DecodeError> {
        input.fixed().map(|bytes| Uuid::from_bytes(*bytes))
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Uuid> for UuidFixed {
    fn as_key(value: &Uuid) -> Option<Key<'_>> {
        Some(Key::Fixed(Cow::Borrowed(value.as_bytes())))
    }
}

impl EncodeAs<[u8; 16]> for UuidFixed {
    #[inline]
    fn encode_as(value: &[u8; 16], out: &mut Encoder<'_>) {
        out.fixed(value);
    }
}

impl<'de> DecodeAs<'de, [u8; 16]> for UuidFixed {
    #[inline]
    fn decode_as(input: &mut Decoder<'de>) -> Result<[u8; 16], DecodeError> {
        input.fixed().copied()
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<[u8; 16]> for UuidFixed {
    fn as_key(value: &[u8; 16]) -> Option<Key<'_>> {
        Some(Key::Fixed(Cow::Borrowed(value)))
    }
}
