//! The records, field by field.

use super::values::Item as Listed;
use crate::codec::payload_types::batch::{Item, ItemRef};

/// Implements the owned and the borrowed form of a record.
macro_rules! record {
    ($owned:ident, $borrowed:ident { $($field:ident),* }) => {
        crate::codec::hand_written::record!($owned { $($field),* });
        crate::codec::hand_written::record!($borrowed<'de> { $($field),* });
    };
    ($record:ident $(<$buffer:lifetime>)? { $($field:ident),* }) => {
        impl<'de> crate::codec::hand_written::HandWritten<'de> for $record $(<$buffer>)? {
            #[inline]
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)*
            }

            #[inline]
            fn read(
                input: &mut crate::codec::hand_written::Cursor<'de>,
            ) -> Result<Self, crate::codec::hand_written::Refused> {
                Ok(Self { $($field: crate::codec::hand_written::HandWritten::read(input)?),* })
            }

            #[inline]
            fn read_into(
                &mut self,
                input: &mut crate::codec::hand_written::Cursor<'de>,
            ) -> Result<(), crate::codec::hand_written::Refused> {
                $(self.$field.read_into(input)?;)*
                Ok(())
            }
        }
    };
}

pub(crate) use record;

impl Listed for Item {}
impl Listed for ItemRef<'_> {}
