//! The limit: what a person would write for these records by hand, in safe Rust but for the check of text that the runtime has.
//!
//! It makes the checks that the derive makes: lengths, counts, nesting, indices, UTF-8, and bytes left over.

mod cursor;
mod records;
mod resolved;
mod values;

pub(crate) use self::{
    cursor::{Cursor, Refused},
    resolved::{read_batch, read_enrollment},
};

/// A value that is written and read by hand.
pub(crate) trait Limit<'de>: Sized {
    fn write(&self, out: &mut Vec<u8>);

    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused>;

    /// Reads into a value that exists, keeping what it has allocated.
    fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
        *self = Self::read(input)?;
        Ok(())
    }
}

/// The value that `bytes` hold, all of them.
#[inline]
pub(crate) fn decode<'de, T>(
    bytes: &'de [u8],
    read: impl FnOnce(&mut Cursor<'de>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let mut input = Cursor::new(bytes);
    let value = read(&mut input)?;
    input.finish()?;
    Ok(value)
}
