use super::{DecodeError, DecodeProblem};

/// Reads Avro's binary encoding from front to back. No length is trusted before the bytes are there.
///
/// A method fails when the bytes end, or are not such a value; the error has the offset at which the value
/// begins.
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many more values of zero bytes may come.
    zero_sized: usize,
}

/// How many values of zero bytes, such as nulls, a datum may hold beyond one for each of its bytes.
pub const FREE_ZERO_SIZED: usize = 1 << 16;

/// The error is boxed, so that a result is returned in registers and success costs little.
pub type Result<T> = std::result::Result<T, Box<DecodeError>>;

#[expect(clippy::missing_errors_doc, reason = "the type says when its methods fail")]
impl<'a> Cursor<'a> {
    /// Reads `bytes`, with the usual limit of values without bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_zero_sized(bytes, bytes.len().saturating_add(FREE_ZERO_SIZED))
    }

    /// As [`new`](Self::new), with another limit: how many values of zero bytes may come.
    pub fn with_zero_sized(bytes: &'a [u8], zero_sized: usize) -> Self {
        Self { bytes, at: 0, zero_sized }
    }

    /// How many more values of zero bytes may come.
    pub fn zero_sized_left(&self) -> usize {
        self.zero_sized
    }

    /// How many bytes were read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Goes back to the offset `at`.
    pub fn rewind(&mut self, at: usize) {
        debug_assert!(at <= self.bytes.len());
        self.at = at;
    }

    /// The bytes that were read since the offset `start`.
    pub fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    /// The bytes from `start` to `end`, which were read.
    pub fn between(&self, start: usize, end: usize) -> &'a [u8] {
        &self.bytes[start..end]
    }

    /// `N` bytes from the offset `start` on, whether they were read or not. Returns `None` if there are
    /// fewer.
    #[inline]
    pub fn chunk<const N: usize>(&self, start: usize) -> Option<&'a [u8; N]> {
        self.bytes.get(start..)?.first_chunk()
    }

    /// Checks that no bytes are left.
    pub fn end(&self) -> Result<()> {
        match self.left() {
            0 => Ok(()),
            count => Err(self.error(DecodeProblem::TrailingBytes { count })),
        }
    }

    /// Reads a boolean.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool> {
        let start = self.at;
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(DecodeError::at(start, DecodeProblem::NotBoolean(other))),
        }
    }

    /// Reads an int.
    #[inline]
    pub fn int(&mut self) -> Result<i32> {
        let start = self.at;
        let encoded = self.varint(32)?;
        let encoded = u32::try_from(encoded)
            .map_err(|_| DecodeError::at(start, DecodeProblem::IntegerTooLong { bits: 32 }))?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    /// Reads a long.
    #[inline]
    pub fn long(&mut self) -> Result<i64> {
        let encoded = self.varint(64)?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    /// Reads bytes with their length before them.
    #[inline]
    pub fn block(&mut self) -> Result<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// Reads text with its length before it.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str> {
        let start = self.at;
        std::str::from_utf8(self.block()?).map_err(|_| DecodeError::at(start, DecodeProblem::NotUtf8))
    }

    /// Reads how many items the next block of an array or a map has. Returns `None` after the last block.
    #[inline]
    pub fn items(&mut self) -> Result<Option<usize>> {
        let start = self.at;
        let count = self.long()?;
        if count < 0 {
            self.length()?; // the block's size in bytes, which is not used
        }
        // A count that no address space holds fails at the first missing item.
        let count = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        if count.saturating_sub(self.left()) > self.zero_sized {
            return Err(DecodeError::at(start, DecodeProblem::TooManyZeroSized));
        }
        Ok((count > 0).then_some(count))
    }

    /// Reads `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.bytes[self.at..].first_chunk() {
            Some(chunk) => {
                self.at += N;
                Ok(*chunk)
            }
            None => Err(self.too_short(N)),
        }
    }

    /// Reads `count` bytes.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        match taken {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => Err(self.too_short(count)),
        }
    }

    /// Counts a value of zero bytes, of which only so many may come.
    #[inline]
    pub fn zero_sized(&mut self) -> Result<()> {
        match self.zero_sized.checked_sub(1) {
            Some(left) => {
                self.zero_sized = left;
                Ok(())
            }
            None => Err(self.error(DecodeProblem::TooManyZeroSized)),
        }
    }

    /// The bytes that are left.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Goes on with `rest`, which must be the end of the bytes.
    #[inline]
    pub fn go_to(&mut self, rest: &[u8]) {
        debug_assert!(rest.len() <= self.bytes.len());
        self.at = self.bytes.len().saturating_sub(rest.len());
    }

    /// Reads an index below `count`. Returns `None` if there is no such index.
    #[inline]
    pub fn index(&mut self, count: u32) -> Option<u32> {
        let index = match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 && byte & 1 == 0 => {
                self.at += 1;
                u32::from(byte >> 1)
            }
            Some(_) | None => u32::try_from(self.int().ok()?).ok()?,
        };
        (index < count).then_some(index)
    }

    /// An error at the current offset.
    #[cold]
    pub fn error(&self, problem: DecodeProblem) -> Box<DecodeError> {
        DecodeError::at(self.at, problem)
    }

    /// Reads a length, and checks that as many bytes are left.
    #[inline]
    fn length(&mut self) -> Result<usize> {
        let start = self.at;
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.left() => Ok(length),
            Ok(_) | Err(_) => Err(self.wrong_length(start, length)),
        }
    }

    /// Reads seven bits a byte, the lowest first, in no more bytes than `bits` need.
    #[inline]
    fn varint(&mut self, bits: u32) -> Result<u64> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            Some(_) | None => self.long_varint(bits),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self, bits: u32) -> Result<u64> {
        let start = self.at;
        let mut value = 0_u64;
        let mut shift = 0;
        loop {
            let [byte] = self.array()?;
            let part = u64::from(byte & 0x7f);
            if shift >= bits || (part << shift) >> shift != part {
                return Err(DecodeError::at(start, DecodeProblem::IntegerTooLong { bits }));
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    #[cold]
    fn wrong_length(&self, start: usize, length: i64) -> Box<DecodeError> {
        if length < 0 {
            return DecodeError::at(start, DecodeProblem::NegativeLength(length));
        }
        let needed = length.unsigned_abs();
        DecodeError::at(start, DecodeProblem::UnexpectedEnd { needed, left: self.left() })
    }

    #[cold]
    fn too_short(&self, needed: usize) -> Box<DecodeError> {
        self.error(DecodeProblem::UnexpectedEnd { needed: needed as u64, left: self.left() })
    }
}
