//! The records, field by field.

use super::values::Item as Listed;
use crate::codec::payloads::batch::{Item, ItemRef};

/// Implements the owned and the borrowed form of a record.
macro_rules! record {
    ($owned:ident, $borrowed:ident { $($field:ident),* }) => {
        crate::codec::limit::record!($owned { $($field),* });
        crate::codec::limit::record!($borrowed<'de> { $($field),* });
    };
    ($record:ident $(<$buffer:lifetime>)? { $($field:ident),* }) => {
        impl<'de> crate::codec::limit::Limit<'de> for $record $(<$buffer>)? {
            #[inline]
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)*
            }

            #[inline]
            fn read(
                input: &mut crate::codec::limit::Cursor<'de>,
            ) -> Result<Self, crate::codec::limit::Refused> {
                Ok(Self { $($field: crate::codec::limit::Limit::read(input)?),* })
            }

            #[inline]
            fn read_into(
                &mut self,
                input: &mut crate::codec::limit::Cursor<'de>,
            ) -> Result<(), crate::codec::limit::Refused> {
                $(self.$field.read_into(input)?;)*
                Ok(())
            }
        }
    };
}

pub(crate) use record;

impl Listed for Item {}
impl Listed for ItemRef<'_> {}
