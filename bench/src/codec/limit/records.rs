//! The records, field by field.

use super::{Cursor, Limit, Refused, values::Item as Listed};
use crate::codec::payloads::{
    batch::{Batch, BatchRef, Item, ItemRef},
    enrollment::{
        CourseData, CourseDataRef, CourseEnrollmentData, CourseEnrollmentDataRef, UserData, UserDataRef,
        UserPersonalData, UserPersonalDataRef,
    },
    skill::{SkillVerified, SkillVerifiedRef},
};

/// Implements the owned and the borrowed form of a record.
macro_rules! record {
    ($owned:ident, $borrowed:ident { $($field:ident),* }) => {
        record!($owned { $($field),* });
        record!($borrowed<'de> { $($field),* });
    };
    ($record:ident $(<$buffer:lifetime>)? { $($field:ident),* }) => {
        impl<'de> Limit<'de> for $record $(<$buffer>)? {
            #[inline]
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)*
            }

            #[inline]
            fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
                Ok(Self { $($field: Limit::read(input)?),* })
            }

            #[inline]
            fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
                $(self.$field.read_into(input)?;)*
                Ok(())
            }
        }
    };
}

record!(SkillVerified, SkillVerifiedRef { usage_key, skill, username, verified });
record!(
    CourseEnrollmentData,
    CourseEnrollmentDataRef { user, course, mode, is_active, creation_date, created_by }
);
record!(UserData, UserDataRef { id, is_active, pii });
record!(UserPersonalData, UserPersonalDataRef { username, email, name });
record!(CourseData, CourseDataRef { course_key, display_name, start, end });
record!(Batch, BatchRef { items, counters, blob, samples });
record!(Item, ItemRef { id, kind, title, count, note });

impl Listed for Item {}
impl Listed for ItemRef<'_> {}
