use signalbook::private::text;

const MAX_NESTING: u32 = 128;

/// Reads Avro data from a buffer.
pub(crate) struct Cursor<'de> {
    input: &'de [u8],
    nesting: u32,
}

/// Why bytes were rejected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refused {
    TooShort,
    TooLong,
    Number,
    Boolean,
    Index,
    Count,
    Nesting,
    Utf8,
}

impl<'de> Cursor<'de> {
    #[inline]
    pub(crate) fn new(input: &'de [u8]) -> Self {
        Self { input, nesting: MAX_NESTING }
    }

    #[inline]
    pub(crate) fn finish(self) -> Result<(), Refused> {
        if self.input.is_empty() { Ok(()) } else { Err(Refused::TooLong) }
    }

    #[inline]
    pub(crate) fn boolean(&mut self) -> Result<bool, Refused> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Refused::Boolean),
        }
    }

    #[inline]
    pub(crate) fn int(&mut self) -> Result<i32, Refused> {
        i32::try_from(self.long()?).map_err(|_| Refused::Number)
    }

    #[inline]
    pub(crate) fn long(&mut self) -> Result<i64, Refused> {
        let zigzag = match self.input.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.input = rest;
                u64::from(byte)
            }
            Some(_) | None => self.varint()?,
        };
        Ok((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    #[inline]
    pub(crate) fn double(&mut self) -> Result<f64, Refused> {
        let (bytes, rest) = self.input.split_first_chunk().ok_or(Refused::TooShort)?;
        self.input = rest;
        Ok(f64::from_le_bytes(*bytes))
    }

    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'de str, Refused> {
        text(self.bytes()?).map_err(|_| Refused::Utf8)
    }

    #[inline]
    pub(crate) fn bytes(&mut self) -> Result<&'de [u8], Refused> {
        let length = usize::try_from(self.long()?).map_err(|_| Refused::Number)?;
        let (bytes, rest) = self.input.split_at_checked(length).ok_or(Refused::TooShort)?;
        self.input = rest;
        Ok(bytes)
    }

    /// Whether a union of null and another type holds the other type.
    #[inline]
    pub(crate) fn is_some(&mut self) -> Result<bool, Refused> {
        match self.long()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Refused::Index),
        }
    }

    /// Calls `read` for each block of an array or a map with its number of items, each of which has at least
    /// one byte.
    #[inline]
    pub(crate) fn blocks(
        &mut self,
        mut read: impl FnMut(&mut Self, usize) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.nesting = self.nesting.checked_sub(1).ok_or(Refused::Nesting)?;
        loop {
            let count = self.long()?;
            if count == 0 {
                break;
            }
            if count < 0 {
                self.long()?;
            }
            match usize::try_from(count.unsigned_abs()) {
                Ok(count) if count <= self.input.len() => read(self, count)?,
                Ok(_) | Err(_) => return Err(Refused::Count),
            }
        }
        self.nesting += 1;
        Ok(())
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Refused> {
        let (&byte, rest) = self.input.split_first().ok_or(Refused::TooShort)?;
        self.input = rest;
        Ok(byte)
    }

    #[inline(never)]
    fn varint(&mut self) -> Result<u64, Refused> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return Err(Refused::Number);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Refused::Number)
    }
}
