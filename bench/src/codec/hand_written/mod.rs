//! The limit: a hand-written codec for these records, in safe Rust except for the UTF-8 check of the runtime.
//!
//! It makes the same checks as the derive: lengths, counts, nesting, indices, UTF-8, and trailing bytes.

mod cursor;
mod older_versions;
mod records;
mod values;

pub(crate) use self::{
    cursor::{Cursor, Refused},
    older_versions::{read_batch, read_enrollment},
    records::record,
};

/// A value with a hand-written codec.
pub(crate) trait HandWritten<'de>: Sized {
    fn write(&self, out: &mut Vec<u8>);

    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused>;

    /// Decodes into an existing value, and reuses its allocations.
    fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
        *self = Self::read(input)?;
        Ok(())
    }
}

/// Decodes all of `bytes` as one value.
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
