use crate::{DecodeError, DecodeProblem};

/// Bytes of the wire, read from front to back; nothing is believed before it is there.
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many more values of zero bytes may come.
    zero_sized: usize,
}

/// How many values of zero bytes (nulls, say) a datum may hold beyond one for each of its bytes.
pub(crate) const FREE_ZERO_SIZED: usize = 1 << 16;

/// The error lies elsewhere, so that a result is returned in registers and success costs little.
type Result<T> = std::result::Result<T, Box<DecodeError>>;

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::with_zero_sized(bytes, bytes.len().saturating_add(FREE_ZERO_SIZED))
    }

    /// With this many values of zero bytes that may come.
    pub(crate) fn with_zero_sized(bytes: &'a [u8], zero_sized: usize) -> Self {
        Self { bytes, at: 0, zero_sized }
    }

    /// How many more values of zero bytes may come.
    pub(crate) fn zero_sized_left(&self) -> usize {
        self.zero_sized
    }

    /// How many bytes were read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Goes on with the byte `at`, one that was read before.
    pub(crate) fn rewind(&mut self, at: usize) {
        debug_assert!(at <= self.bytes.len());
        self.at = at;
    }

    /// The bytes that were read since the byte `start`.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    /// The bytes from `start` to `end`, which were read.
    pub(crate) fn between(&self, start: usize, end: usize) -> &'a [u8] {
        &self.bytes[start..end]
    }

    /// As many bytes as are asked for from `start` on, whether they were read or not, if there are so many.
    #[inline]
    pub(crate) fn chunk<const N: usize>(&self, start: usize) -> Option<&'a [u8; N]> {
        self.bytes.get(start..)?.first_chunk()
    }

    /// Ends the datum.
    pub(crate) fn end(&self) -> Result<()> {
        match self.left() {
            0 => Ok(()),
            count => Err(self.error(DecodeProblem::TrailingBytes { count })),
        }
    }

    #[inline]
    pub(crate) fn boolean(&mut self) -> Result<bool> {
        let start = self.at;
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(error_at(start, DecodeProblem::NotBoolean(other))),
        }
    }

    #[inline]
    pub(crate) fn int(&mut self) -> Result<i32> {
        let start = self.at;
        let encoded = self.varint(32)?;
        let encoded = u32::try_from(encoded)
            .map_err(|_| error_at(start, DecodeProblem::IntegerTooLong { bits: 32 }))?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    #[inline]
    pub(crate) fn long(&mut self) -> Result<i64> {
        let encoded = self.varint(64)?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    /// Bytes with their length before them.
    #[inline]
    pub(crate) fn block(&mut self) -> Result<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// Text with its length before it.
    pub(crate) fn text(&mut self) -> Result<&'a str> {
        let start = self.at;
        std::str::from_utf8(self.block()?).map_err(|_| error_at(start, DecodeProblem::NotUtf8))
    }

    /// How many items the next block has; `None` after the last block.
    pub(crate) fn items(&mut self) -> Result<Option<usize>> {
        let start = self.at;
        let count = self.long()?;
        if count < 0 {
            self.length()?; // the block's size in bytes, which need not be true
        }
        // More than memory can address cannot be there: the first missing item says so.
        let count = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        if count.saturating_sub(self.left()) > self.zero_sized {
            return Err(error_at(start, DecodeProblem::TooManyZeroSized));
        }
        Ok((count > 0).then_some(count))
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.bytes[self.at..].first_chunk() {
            Some(chunk) => {
                self.at += N;
                Ok(*chunk)
            }
            None => Err(self.too_short(N)),
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        match taken {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => Err(self.too_short(count)),
        }
    }

    /// Counts a value of zero bytes.
    #[inline]
    pub(crate) fn zero_sized(&mut self) -> Result<()> {
        match self.zero_sized.checked_sub(1) {
            Some(left) => {
                self.zero_sized = left;
                Ok(())
            }
            None => Err(self.error(DecodeProblem::TooManyZeroSized)),
        }
    }

    /// What was not read yet.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Goes on with `rest`, the end of the bytes.
    #[inline]
    pub(crate) fn go_to(&mut self, rest: &[u8]) {
        debug_assert!(rest.len() <= self.bytes.len());
        self.at = self.bytes.len().saturating_sub(rest.len());
    }

    /// An index below `count`, if there is one.
    #[inline]
    pub(crate) fn index(&mut self, count: u32) -> Option<u32> {
        let index = match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 && byte & 1 == 0 => {
                self.at += 1;
                u32::from(byte >> 1)
            }
            Some(_) | None => u32::try_from(self.int().ok()?).ok()?,
        };
        (index < count).then_some(index)
    }

    #[cold]
    pub(crate) fn error(&self, problem: DecodeProblem) -> Box<DecodeError> {
        error_at(self.at, problem)
    }

    /// A number of bytes that are there.
    #[inline]
    fn length(&mut self) -> Result<usize> {
        let start = self.at;
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.left() => Ok(length),
            Ok(_) | Err(_) => Err(self.wrong_length(start, length)),
        }
    }

    /// Seven bits a byte, the lowest first, in no more bytes than `bits` need.
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
                return Err(error_at(start, DecodeProblem::IntegerTooLong { bits }));
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
            return error_at(start, DecodeProblem::NegativeLength(length));
        }
        let needed = length.unsigned_abs();
        error_at(start, DecodeProblem::UnexpectedEnd { needed, left: self.left() })
    }

    #[cold]
    fn too_short(&self, needed: usize) -> Box<DecodeError> {
        self.error(DecodeProblem::UnexpectedEnd { needed: needed as u64, left: self.left() })
    }
}

#[cold]
pub(crate) fn error_at(offset: usize, problem: DecodeProblem) -> Box<DecodeError> {
    Box::new(DecodeError { path: String::new(), offset, problem })
}
