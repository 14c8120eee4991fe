use std::any::type_name;
use std::borrow::Cow;

use signalbook_model::{Builder, Logical, Primitive, Type};

use crate::traits::Shape;
use crate::{
    AsKey, Branch, BranchKind, DecodeAs, DecodeError, Decoder, Describe, EncodeAs, EncodeError, Encoder,
    Expected, Key,
};

/// The adapter of a [`rust_decimal::Decimal`] in the wire form bytes with the logical type `decimal(P,S)`:
/// the unscaled number in two's complement, big endian.
///
/// A value with more than `S` digits after the point, or more than `P` in all, cannot be encoded: nothing is
/// rounded.
#[derive(Clone, Copy, Debug)]
pub enum Decimal<const P: u32, const S: u32> {}

impl<const P: u32, const S: u32> Decimal<P, S> {
    const LOGICAL: Logical = {
        assert!(
            P > 0 && S <= P,
            "a decimal must have at least one digit, and a scale of at most its precision"
        );
        Logical::Decimal { precision: P, scale: S }
    };

    /// Its name in messages: `decimal(9,2)`.
    const NAME: &'static str = Self::TEXT.as_str();
    const TEXT: &'static Text = &Text::new(P, S);

    fn fits(unscaled: i128) -> bool {
        10_u128.checked_pow(P).is_none_or(|limit| unscaled.unsigned_abs() < limit)
    }
}

#[diagnostic::do_not_recommend]
impl<const P: u32, const S: u32> Describe for Decimal<P, S> {
    const SHAPE: Shape = Shape::Logical(Self::LOGICAL);

    fn describe(_: &mut Builder) -> Type {
        Type::Logical(Self::LOGICAL)
    }
}

#[diagnostic::do_not_recommend]
impl<const P: u32, const S: u32> Branch for Decimal<P, S> {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::Bytes);
}

impl<const P: u32, const S: u32> EncodeAs<rust_decimal::Decimal> for Decimal<P, S> {
    fn encode_as(value: &rust_decimal::Decimal, out: &mut Encoder<'_>) {
        match unscaled(*value, S).filter(|&unscaled| Self::fits(unscaled)) {
            Some(unscaled) => {
                let bytes = unscaled.to_be_bytes();
                out.bytes(shortest(&bytes));
            }
            None => out.fail(EncodeError::OutOfRange {
                rust_type: type_name::<rust_decimal::Decimal>(),
                wire: Self::NAME,
            }),
        }
    }
}

impl<'de, const P: u32, const S: u32> DecodeAs<'de, rust_decimal::Decimal> for Decimal<P, S> {
    fn decode_as(input: &mut Decoder<'de>) -> Result<rust_decimal::Decimal, DecodeError> {
        let offset = input.offset();
        let unscaled = number(input.bytes()?).filter(|&unscaled| Self::fits(unscaled));
        unscaled
            .and_then(|unscaled| rust_decimal::Decimal::try_from_i128_with_scale(unscaled, S).ok())
            .ok_or_else(|| DecodeError::new(offset, Expected::Value { wire: Self::NAME }))
    }
}

#[diagnostic::do_not_recommend]
impl<const P: u32, const S: u32> AsKey<rust_decimal::Decimal> for Decimal<P, S> {
    fn as_key(value: &rust_decimal::Decimal) -> Option<Key<'_>> {
        let bytes = unscaled(*value, S)?.to_be_bytes();
        Some(Key::Bytes(Cow::Owned(shortest(&bytes).to_vec())))
    }
}

/// `value` times 10 to the power of `scale`, if that is a whole number of 128 bits.
fn unscaled(value: rust_decimal::Decimal, scale: u32) -> Option<i128> {
    let value = value.normalize();
    let missing = scale.checked_sub(value.scale())?;
    value.mantissa().checked_mul(10_i128.checked_pow(missing)?)
}

/// Two's complement without the leading bytes that only repeat the sign.
fn shortest(bytes: &[u8; 16]) -> &[u8] {
    let sign = if bytes[0] & 0x80 == 0 { 0 } else { 0xff };
    let needed = bytes.windows(2).position(|pair| pair[0] != sign || (pair[1] ^ sign) & 0x80 != 0);
    &bytes[needed.unwrap_or(bytes.len() - 1)..]
}

/// The number in two's complement, if it has at most 128 bits.
fn number(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
    let extra = bytes.len().saturating_sub(16);
    let (leading, bytes) = bytes.split_at(extra);
    if leading.iter().any(|&byte| byte != sign) || (bytes[0] ^ sign) & 0x80 != 0 {
        return None;
    }
    let mut full = [sign; 16];
    full[16 - bytes.len()..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(full))
}

/// The text `decimal(P,S)`, made at compile time.
struct Text {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl Text {
    const LONGEST: usize = "decimal(4294967295,4294967295)".len();

    const fn new(precision: u32, scale: u32) -> Self {
        let text = Self { bytes: [0; Self::LONGEST], length: 0 };
        text.then(b"decimal(").number(precision).then(b",").number(scale).then(b")")
    }

    const fn then(mut self, bytes: &[u8]) -> Self {
        let (_, rest) = self.bytes.split_at_mut(self.length);
        rest.split_at_mut(bytes.len()).0.copy_from_slice(bytes);
        self.length += bytes.len();
        self
    }

    const fn number(self, number: u32) -> Self {
        let before = if number < 10 { self } else { self.number(number / 10) };
        before.then(b"0123456789".split_at((number % 10) as usize).1.split_at(1).0)
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "decimal",
        }
    }
}
