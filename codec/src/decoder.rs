use super::utf8;
use crate::{DecodeError, Expected};

/// How deep lists, maps and boxes may nest in one value. A type can contain itself only through these.
pub const MAX_NESTING: u32 = 128;

/// How many items without bytes (nulls, records without fields) one value may hold.
pub const MAX_EMPTY_ITEMS: usize = 1 << 16;

/// How many bytes of defaults a resolution may read, in addition to eight for each byte of the datum. Each
/// item of a list reads its defaults again.
const FREE_DEFAULTS: usize = 64 << 20;

/// Reads Avro's binary encoding from a buffer (Avro 1.12, "Binary encoding").
///
/// For all input it allocates no more than the bytes account for, recurses no deeper than [`MAX_NESTING`],
/// and never panics.
///
/// The state of a decoder stays in registers: a read that fails does not advance it, and a copy, which only
/// this path makes, finds the reason.
#[derive(Debug)]
pub struct Decoder<'de> {
    pub(super) input: &'de [u8],
    length: usize,
    pub(super) empty_items: usize,
    nesting: u32,
    /// How many more bytes of defaults a resolution may read.
    #[cfg_attr(not(feature = "versions"), allow(dead_code, reason = "only a resolution reads defaults"))]
    pub(super) defaults: usize,
    /// The symbols that only the writer schema has, if a resolution wrote `input`.
    pub(super) unknown: &'de [Box<str>],
}

/// How many bytes an int has at most.
const LONGEST_INT: usize = 5;

/// A symbol of an enum; see [`Decoder::symbol`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol<'de> {
    /// The symbol with this index.
    Known(usize),
    /// A symbol that the writer schema has and the reader schema lacks.
    Unknown(&'de str),
}

impl<'de> Decoder<'de> {
    /// Creates a decoder at the start of `input`.
    #[inline]
    pub fn new(input: &'de [u8]) -> Self {
        Self::resolved(input, &[])
    }

    /// A decoder of the output of a resolution. In it, the index of a symbol that the reader's enum lacks is
    /// the number of that enum's symbols plus the index in `unknown`.
    #[inline]
    pub(crate) fn resolved(input: &'de [u8], unknown: &'de [Box<str>]) -> Self {
        Self {
            input,
            length: input.len(),
            empty_items: MAX_EMPTY_ITEMS,
            nesting: MAX_NESTING,
            defaults: input.len().saturating_mul(8).saturating_add(FREE_DEFAULTS),
            unknown,
        }
    }

    /// Checks that all bytes have been read.
    ///
    /// # Errors
    /// [`Expected::End`] if bytes are left over.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.input.is_empty() { Ok(()) } else { Err(self.error(Expected::End)) }
    }

    /// Returns the offset of the next byte from the start of the buffer.
    #[inline]
    pub fn offset(&self) -> usize {
        // While a resolution reads a default, `input` is that default and may be longer than the buffer.
        self.length.saturating_sub(self.input.len())
    }

    /// Creates an error at the current offset.
    #[inline]
    pub fn error(&self, expected: Expected) -> DecodeError {
        refused(self.offset(), expected)
    }

    /// Reads a `boolean`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends, or the byte is neither 0 nor 1.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.input.split_first() {
            Some((&byte @ (0 | 1), rest)) => {
                self.input = rest;
                Ok(byte == 1)
            }
            Some(_) => Err(self.error(Expected::Boolean)),
            None => Err(self.error(Expected::MoreBytes)),
        }
    }

    /// Reads an `int`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends, or the number has more than 32 bits.
    #[inline]
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let start = self.input;
        let number = self.long()?;
        match i32::try_from(number) {
            Ok(number) if start.len() - self.input.len() <= LONGEST_INT => Ok(number),
            Ok(_) | Err(_) => Err(self.copy(start).error(Expected::Int)),
        }
    }

    /// Reads a `long`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends, or the number has more than 64 bits.
    #[inline]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        match self.varint() {
            Some(zigzag) => Ok((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed()),
            None => Err(self.error(self.no_varint())),
        }
    }

    /// Reads a length, which must not be negative.
    ///
    /// # Errors
    /// See [`long`](Self::long); and if the number is negative.
    #[inline]
    pub fn length(&mut self) -> Result<usize, DecodeError> {
        let offset = self.offset();
        let length = self.long()?;
        usize::try_from(length).map_err(|_| DecodeError::new(offset, Expected::Length))
    }

    /// Reads the index of one of `count` symbols or branches.
    ///
    /// # Errors
    /// See [`long`](Self::long); and if the number is not below `count`.
    #[inline]
    pub fn index(&mut self, count: usize) -> Result<usize, DecodeError> {
        let start = self.input;
        match self.unbounded_index() {
            Some(index) if index < count => Ok(index),
            Some(_) | None => Err(self.copy(start).no_index(count)),
        }
    }

    /// Reads a symbol of an open enum, or of one with a fallback, that has `count` symbols.
    ///
    /// # Errors
    /// See [`index`](Self::index). A symbol that only the writer schema has is not an error.
    #[inline]
    pub fn symbol(&mut self, count: usize) -> Result<Symbol<'de>, DecodeError> {
        let start = self.input;
        match self.unbounded_index() {
            Some(index) if index < count => Ok(Symbol::Known(index)),
            Some(index) if index - count < self.unknown.len() => {
                Ok(Symbol::Unknown(&self.unknown[index - count]))
            }
            Some(_) | None => Err(self.copy(start).no_index(count)),
        }
    }

    /// Reads a `float`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends.
    #[inline]
    pub fn float(&mut self) -> Result<f32, DecodeError> {
        self.fixed().map(|bytes| f32::from_le_bytes(*bytes))
    }

    /// Reads a `double`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends.
    #[inline]
    pub fn double(&mut self) -> Result<f64, DecodeError> {
        self.fixed().map(|bytes| f64::from_le_bytes(*bytes))
    }

    /// Reads a `string`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends, the length is negative, or the text is not UTF-8.
    #[expect(
        clippy::inline_always,
        reason = "a call makes decoding of borrowed events slower by a third: docs/performance.md"
    )]
    #[inline(always)]
    pub fn string(&mut self) -> Result<&'de str, DecodeError> {
        match self.text() {
            Some(text) => Ok(text),
            None => Err(self.copy(self.input).no_text()),
        }
    }

    /// Reads `bytes`.
    ///
    /// # Errors
    /// Returns an error if the buffer ends, or the length is negative.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'de [u8], DecodeError> {
        match self.slice() {
            Some(bytes) => Ok(bytes),
            None => Err(self.copy(self.input).no_slice()),
        }
    }

    /// Reads a fixed of `N` bytes.
    ///
    /// # Errors
    /// Returns an error if the buffer ends.
    #[inline]
    pub fn fixed<const N: usize>(&mut self) -> Result<&'de [u8; N], DecodeError> {
        match self.input.split_first_chunk() {
            Some((bytes, rest)) => {
                self.input = rest;
                Ok(bytes)
            }
            None => Err(self.error(Expected::MoreBytes)),
        }
    }

    /// Reads an array or a map: calls `read` for each block with the number of its items.
    ///
    /// # Errors
    /// Those of `read`; if a block claims more items than the rest of the buffer can hold; and if values nest
    /// deeper than [`MAX_NESTING`].
    #[inline]
    pub fn blocks(
        &mut self,
        mut read: impl FnMut(&mut Self, usize) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.nested(|input| {
            while let Some(count) = input.block()? {
                let before = input.input.len();
                read(input, count)?;
                if input.input.len() == before {
                    let left = input.empty_items.checked_sub(count);
                    input.empty_items = left.ok_or_else(|| input.error(Expected::FewerItems))?;
                }
            }
            Ok(())
        })
    }

    /// Calls `read` for a value that may contain another value of its own type.
    ///
    /// # Errors
    /// Those of `read`; and if values nest deeper than [`MAX_NESTING`].
    #[inline]
    pub fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some(nesting) = self.nesting.checked_sub(1) else {
            return Err(self.error(Expected::LessNesting));
        };
        self.nesting = nesting;
        let value = read(self)?;
        self.nesting += 1;
        Ok(value)
    }

    /// The initial capacity for a block that claims `count` items of `T`: at most the number that the rest of
    /// the buffer can hold, and at most 64 KiB.
    #[inline]
    pub(crate) fn room<T>(&self, count: usize) -> usize {
        const BYTES: usize = 1 << 16;
        count.min(self.input.len()).min(BYTES / size_of::<T>().max(1))
    }

    /// The number of items in the next block, or `None` at the end. If the items have bytes at all, each has
    /// at least one.
    #[inline]
    fn block(&mut self) -> Result<Option<usize>, DecodeError> {
        let offset = self.offset();
        let count = self.long()?;
        if count == 0 {
            return Ok(None);
        }
        if count < 0 {
            self.skippable_block()?;
        }
        match usize::try_from(count.unsigned_abs()) {
            Ok(count) if count <= self.input.len().max(self.empty_items) => Ok(Some(count)),
            Ok(_) | Err(_) => Err(DecodeError::new(offset, Expected::FewerItems)),
        }
    }

    /// Reads the byte size of a block with a negative count, which lets a reader skip it.
    #[cold]
    fn skippable_block(&mut self) -> Result<(), DecodeError> {
        let size = self.length()?;
        if size > self.input.len() { Err(self.error(Expected::MoreBytes)) } else { Ok(()) }
    }

    #[inline]
    fn varint(&mut self) -> Option<u64> {
        let (value, rest) = match self.input.split_first() {
            Some((&byte, rest)) if byte < 0x80 => (u64::from(byte), rest),
            Some(_) | None => long_varint(self.input)?,
        };
        self.input = rest;
        Some(value)
    }

    /// Reads a number that must not be negative.
    #[inline]
    pub(super) fn natural(&mut self) -> Option<usize> {
        // A negative number is odd in zigzag. Rotated, its lowest bit makes it larger than any length or
        // count.
        usize::try_from(self.varint()?.rotate_right(1)).ok()
    }

    /// Reads the index of a symbol or branch, which is an int.
    #[inline]
    pub(super) fn unbounded_index(&mut self) -> Option<usize> {
        let before = self.input.len();
        let index = self.natural()?;
        (before - self.input.len() <= LONGEST_INT).then_some(index)
    }

    #[inline]
    fn slice(&mut self) -> Option<&'de [u8]> {
        let start = self.input;
        let split = self.natural().and_then(|length| self.input.split_at_checked(length));
        let (bytes, rest) = split.unzip();
        self.input = rest.unwrap_or(start);
        bytes
    }

    #[inline]
    fn text(&mut self) -> Option<&'de str> {
        let start = self.input;
        let text = self.slice().and_then(|bytes| utf8::text(bytes).ok());
        if text.is_none() {
            self.input = start;
        }
        text
    }

    /// The error if there is no varint.
    #[inline]
    fn no_varint(&self) -> Expected {
        const LONGEST: usize = 10;
        if self.input.len() < LONGEST { Expected::MoreBytes } else { Expected::Long }
    }

    /// A decoder of the same buffer at `input`, which finds the reason of an error.
    #[inline]
    fn copy(&self, input: &'de [u8]) -> Self {
        Self { input, ..*self }
    }

    #[cold]
    fn no_index(mut self, count: usize) -> DecodeError {
        let expected =
            if self.unknown.is_empty() { Expected::Index { count } } else { Expected::KnownSymbol };
        let refused = self.error(expected);
        self.int().err().unwrap_or(refused)
    }

    #[cold]
    fn no_slice(mut self) -> DecodeError {
        match self.length() {
            Ok(_) => self.error(Expected::MoreBytes),
            Err(error) => error,
        }
    }

    #[cold]
    fn no_text(mut self) -> DecodeError {
        let Some(bytes) = self.slice() else { return self.no_slice() };
        let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        DecodeError::new(self.offset() - bytes.len() + valid, Expected::Utf8)
    }
}

#[cold]
fn refused(offset: usize, expected: Expected) -> DecodeError {
    DecodeError::new(offset, expected)
}

/// Reads a varint of several bytes, and returns what follows it. Not inlined, so that its callers stay small.
#[inline(never)]
fn long_varint(input: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut rest = input;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        if shift == 63 && byte > 1 {
            return None;
        }
        rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((value, rest));
        }
    }
    None
}
