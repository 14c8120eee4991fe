use super::{DecodeError, DecodeProblem};

/// Reads Avro's binary encoding from front to back. Lengths are checked against the remaining bytes.
///
/// A method fails if the bytes end or are not a value of its type. The error has the offset at which the
/// value begins.
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The number of values of zero bytes that may still be read.
    zero_sized: usize,
}

/// The number of values of zero bytes, such as nulls, that a datum may have in addition to one for each of
/// its bytes.
pub const FREE_ZERO_SIZED: usize = 1 << 16;

/// A result with a boxed error, so that it is returned in registers and success is fast.
pub type Result<T> = std::result::Result<T, Box<DecodeError>>;

#[expect(clippy::missing_errors_doc, reason = "documented at the type")]
impl<'a> Cursor<'a> {
    /// Creates a cursor with the default limit of values of zero bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_zero_sized(bytes, bytes.len().saturating_add(FREE_ZERO_SIZED))
    }

    /// As [`new`](Self::new), with another limit of values of zero bytes.
    pub fn with_zero_sized(bytes: &'a [u8], zero_sized: usize) -> Self {
        Self { bytes, at: 0, zero_sized }
    }

    /// Returns the number of values of zero bytes that may still be read.
    pub fn zero_sized_left(&self) -> usize {
        self.zero_sized
    }

    /// Returns the number of bytes that were read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the number of remaining bytes.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Goes back to the offset `at`.
    pub fn rewind(&mut self, at: usize) {
        debug_assert!(at <= self.bytes.len());
        self.at = at;
    }

    /// Returns the bytes that were read since the offset `start`.
    pub fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    /// Returns the bytes from `start` to `end`, which must have been read.
    pub fn between(&self, start: usize, end: usize) -> &'a [u8] {
        &self.bytes[start..end]
    }

    /// Returns `N` bytes from the offset `start` on, whether they were read or not. Returns `None` if there
    /// are fewer.
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

    /// Reads a length and as many bytes.
    #[inline]
    pub fn block(&mut self) -> Result<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// Reads a length and as many bytes of UTF-8.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str> {
        let start = self.at;
        std::str::from_utf8(self.block()?).map_err(|_| DecodeError::at(start, DecodeProblem::NotUtf8))
    }

    /// Reads the number of items in the next block of an array or map. Returns `None` after the last block.
    #[inline]
    pub fn items(&mut self) -> Result<Option<usize>> {
        let start = self.at;
        let count = self.long()?;
        if count < 0 {
            self.length()?; // the block's size in bytes, which is not used
        }
        // A count that is larger than the address space fails at the first missing item.
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

    /// Counts a value of zero bytes. Their number is limited.
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

    /// Returns the remaining bytes.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Continues at `rest`, which must be the end of the bytes.
    #[inline]
    pub fn go_to(&mut self, rest: &[u8]) {
        debug_assert!(rest.len() <= self.bytes.len());
        self.at = self.bytes.len().saturating_sub(rest.len());
    }

    /// Reads an index below `count`. Returns `None` if the bytes are not such an index.
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

    /// Creates an error at the current offset.
    #[cold]
    pub fn error(&self, problem: DecodeProblem) -> Box<DecodeError> {
        DecodeError::at(self.at, problem)
    }

    /// Reads a length, and checks that enough bytes remain.
    #[inline]
    fn length(&mut self) -> Result<usize> {
        let start = self.at;
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.left() => Ok(length),
            Ok(_) | Err(_) => Err(self.wrong_length(start, length)),
        }
    }

    /// Reads an integer of at most `bits` bits: seven bits in each byte, the lowest first.
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
