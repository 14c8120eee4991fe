use crate::{EncodeError, MAX_EMPTY_ITEMS, MAX_NESTING};

/// Appends Avro's binary encoding to a buffer of the caller (Avro 1.12, "Binary encoding").
#[derive(Debug)]
pub struct Encoder<'out> {
    out: &'out mut Vec<u8>,
    empty_items: usize,
    nesting: u32,
    error: Option<EncodeError>,
}

impl<'out> Encoder<'out> {
    /// Creates an encoder that appends to `out`.
    #[inline]
    pub fn new(out: &'out mut Vec<u8>) -> Self {
        Self { out, empty_items: MAX_EMPTY_ITEMS, nesting: MAX_NESTING, error: None }
    }

    /// Keeps `error` if it is the first one.
    #[cold]
    pub fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    /// Returns the first error. A value that a [`Decoder`](crate::Decoder) would not read is one.
    ///
    /// # Errors
    /// The first error passed to [`fail`](Self::fail); and if the value nests deeper than [`MAX_NESTING`] or
    /// holds more than [`MAX_EMPTY_ITEMS`] items without bytes.
    #[inline]
    pub fn finish(self) -> Result<(), EncodeError> {
        self.error.map_or(Ok(()), Err)
    }

    /// Appends a `boolean`: one byte, 0 or 1.
    #[inline]
    pub fn boolean(&mut self, value: bool) {
        self.out.push(u8::from(value));
    }

    /// Appends an `int`, which is encoded as a [`long`](Self::long).
    #[inline]
    pub fn int(&mut self, value: i32) {
        self.long(i64::from(value));
    }

    /// Appends a `long`: a zigzag varint of at most 10 bytes.
    #[inline]
    pub fn long(&mut self, value: i64) {
        let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
        if zigzag < 0x80 {
            #[expect(clippy::cast_possible_truncation, reason = "below 0x80")]
            self.out.push(zigzag as u8);
        } else {
            varint(zigzag, self.out);
        }
    }

    /// Appends a length, a count, or the index of a symbol or branch, as a `long`.
    #[inline]
    pub fn length(&mut self, length: usize) {
        if length < 0x40 {
            #[expect(clippy::cast_possible_truncation, reason = "below 0x40")]
            self.out.push((length as u8) << 1);
        } else {
            varint((length as u64) << 1, self.out);
        }
    }

    /// Appends a `float`: 4 bytes, little endian.
    #[inline]
    pub fn float(&mut self, value: f32) {
        self.fixed(&value.to_le_bytes());
    }

    /// Appends a `double`: 8 bytes, little endian.
    #[inline]
    pub fn double(&mut self, value: f64) {
        self.fixed(&value.to_le_bytes());
    }

    /// Appends a `string`: its length in bytes, and the bytes.
    #[inline]
    pub fn string(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    /// Appends `bytes`: the length, and the bytes.
    #[inline]
    pub fn bytes(&mut self, value: &[u8]) {
        self.length(value.len());
        self.out.extend_from_slice(value);
    }

    /// Appends the bytes of a fixed.
    #[inline]
    pub fn fixed(&mut self, value: &[u8]) {
        self.out.extend_from_slice(value);
    }

    /// Appends an array or a map: one block of `items`, each written by `item`, and the end marker.
    #[inline]
    pub fn block<I: ExactSizeIterator>(&mut self, items: I, mut item: impl FnMut(I::Item, &mut Self)) {
        self.nested(|out| {
            let count = items.len();
            if count == 0 {
                return;
            }
            out.length(count);
            let before = out.out.len();
            items.for_each(|each| item(each, out));
            if out.out.len() == before {
                out.empty_block(count);
            }
        });
        self.out.push(0);
    }

    /// Calls `write` for a value that may contain another value of its own type.
    #[inline]
    pub fn nested(&mut self, write: impl FnOnce(&mut Self)) {
        let Some(nesting) = self.nesting.checked_sub(1) else {
            return self.fail(EncodeError::TooDeep);
        };
        self.nesting = nesting;
        write(self);
        self.nesting += 1;
    }

    #[cold]
    fn empty_block(&mut self, count: usize) {
        match self.empty_items.checked_sub(count) {
            Some(left) => self.empty_items = left,
            None => self.fail(EncodeError::TooManyEmptyItems),
        }
    }
}

/// Appends a varint of several bytes. Not inlined, so that its callers stay small. It takes the buffer and
/// not the encoder, so that the encoder's state can stay in registers. If there is room, it spreads up to 56
/// bits over eight bytes at once and truncates the surplus.
#[inline(never)]
fn varint(mut value: u64, out: &mut Vec<u8>) {
    if value < 1 << 56 && out.capacity() - out.len() >= 8 {
        let length = (70 - value.leading_zeros() as usize) / 7;
        let continued = 0x8080_8080_8080_8080 >> (64 - 8 * (length - 1));
        let end = out.len() + length;
        out.extend_from_slice(&(spread(value) | continued).to_le_bytes());
        out.truncate(end);
        return;
    }
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Puts each of the eight groups of seven bits in the low 56 bits into a byte of its own.
fn spread(value: u64) -> u64 {
    let halves = (value & 0x00ff_ffff_f000_0000) << 4 | value & 0x0fff_ffff;
    let quarters = (halves & 0x0fff_c000_0fff_c000) << 2 | halves & 0x0000_3fff_0000_3fff;
    (quarters & 0x3f80_3f80_3f80_3f80) << 1 | quarters & 0x007f_007f_007f_007f
}
