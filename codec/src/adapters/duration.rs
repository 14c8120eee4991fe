use std::borrow::Cow;

use signalbook_model::{Builder, Fixed, FixedLogical, Type, fixed_names};

use crate::traits::Shape;
use crate::{AsKey, Branch, BranchKind, Decode, DecodeError, Decoder, Describe, Encode, Encoder, Key};

/// Avro's `duration`: three numbers that cannot be converted to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Months.
    pub months: u32,
    /// Days.
    pub days: u32,
    /// Milliseconds.
    pub milliseconds: u32,
}

#[diagnostic::do_not_recommend]
impl Describe for Duration {
    const SHAPE: Shape = Shape::FixedLogical(FixedLogical::Duration);

    fn describe(builder: &mut Builder) -> Type {
        builder.fixed(fixed_names::DURATION, "signalbook::Duration", || Fixed {
            size: 12,
            logical: Some(FixedLogical::Duration),
            ..Fixed::default()
        })
    }
}

#[diagnostic::do_not_recommend]
impl Branch for Duration {
    const KIND: BranchKind = BranchKind::Named;
}

#[diagnostic::do_not_recommend]
impl Encode for Duration {
    fn encode(&self, out: &mut Encoder<'_>) {
        out.fixed(&self.months.to_le_bytes());
        out.fixed(&self.days.to_le_bytes());
        out.fixed(&self.milliseconds.to_le_bytes());
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Self> for Duration {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        let parts = [value.months, value.days, value.milliseconds].map(u32::to_le_bytes);
        Some(Key::Fixed(Cow::Owned(parts.concat())))
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Duration {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        Ok(Self {
            months: u32::from_le_bytes(*input.fixed()?),
            days: u32::from_le_bytes(*input.fixed()?),
            milliseconds: u32::from_le_bytes(*input.fixed()?),
        })
    }
}
