//! The types of fields.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash},
};

use super::{Cursor, HandWritten, Refused};

/// The maximum room that is reserved for items before any have been read.
const ROOM: usize = 1 << 16;

impl HandWritten<'_> for bool {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    #[inline]
    fn read(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        input.boolean()
    }
}

impl HandWritten<'_> for i64 {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_zigzag(((*self << 1) ^ (*self >> 63)).cast_unsigned(), out);
    }

    #[inline]
    fn read(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        input.long()
    }
}

impl HandWritten<'_> for f64 {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    #[inline]
    fn read(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        input.double()
    }
}

impl HandWritten<'_> for String {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }

    #[inline]
    fn read(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        input.text().map(str::to_owned)
    }

    #[inline]
    fn read_into(&mut self, input: &mut Cursor<'_>) -> Result<(), Refused> {
        let text = input.text()?;
        self.clear();
        self.push_str(text);
        Ok(())
    }
}

impl<'de> HandWritten<'de> for &'de str {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }

    #[inline]
    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
        input.text()
    }
}

impl HandWritten<'_> for Vec<u8> {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }

    #[inline]
    fn read(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        input.bytes().map(<[u8]>::to_vec)
    }

    #[inline]
    fn read_into(&mut self, input: &mut Cursor<'_>) -> Result<(), Refused> {
        let bytes = input.bytes()?;
        self.clear();
        self.extend_from_slice(bytes);
        Ok(())
    }
}

impl<'de> HandWritten<'de> for &'de [u8] {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }

    #[inline]
    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
        input.bytes()
    }
}

impl<'de, T: HandWritten<'de>> HandWritten<'de> for Option<T> {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(2);
                value.write(out);
            }
        }
    }

    #[inline]
    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
        if input.is_some()? { T::read(input).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
        match (input.is_some()?, &mut *self) {
            (false, _) => *self = None,
            (true, Some(value)) => value.read_into(input)?,
            (true, None) => *self = Some(T::read(input)?),
        }
        Ok(())
    }
}

/// The types of items. Bytes are not one of them: they are written at once.
pub(super) trait Item {}
impl Item for f64 {}

impl<'de, T: HandWritten<'de> + Item> HandWritten<'de> for Vec<T> {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_count(self.len(), out);
        for item in self {
            item.write(out);
        }
        if !self.is_empty() {
            out.push(0);
        }
    }

    #[inline]
    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
        let mut items = Self::new();
        input.blocks(|input, count| {
            items.reserve(count.min(ROOM / size_of::<T>()));
            for _ in 0..count {
                items.push(T::read(input)?);
            }
            Ok(())
        })?;
        Ok(items)
    }

    #[inline]
    fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
        let mut read = 0;
        input.blocks(|input, count| {
            for _ in 0..count {
                match self.get_mut(read) {
                    Some(old) => old.read_into(input)?,
                    None => self.push(T::read(input)?),
                }
                read += 1;
            }
            Ok(())
        })?;
        self.truncate(read);
        Ok(())
    }
}

impl<'de, K, T, S> HandWritten<'de> for HashMap<K, T, S>
where
    K: HandWritten<'de> + Eq + Hash,
    T: HandWritten<'de>,
    S: BuildHasher + Default,
{
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_count(self.len(), out);
        for (key, value) in self {
            key.write(out);
            value.write(out);
        }
        if !self.is_empty() {
            out.push(0);
        }
    }

    #[inline]
    fn read(input: &mut Cursor<'de>) -> Result<Self, Refused> {
        let mut entries = Self::default();
        entries.read_into(input)?;
        Ok(entries)
    }

    #[inline]
    fn read_into(&mut self, input: &mut Cursor<'de>) -> Result<(), Refused> {
        self.clear();
        input.blocks(|input, count| {
            self.reserve(count.min(ROOM / size_of::<(K, T)>()));
            for _ in 0..count {
                let key = K::read(input)?;
                self.insert(key, T::read(input)?);
            }
            Ok(())
        })
    }
}

#[inline]
fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

#[inline]
fn write_count(count: usize, out: &mut Vec<u8>) {
    write_zigzag((count as u64) << 1, out);
}

#[inline]
fn write_zigzag(zigzag: u64, out: &mut Vec<u8>) {
    if zigzag < 0x80 {
        out.push(zigzag.to_le_bytes()[0]);
    } else {
        write_varint(zigzag, out);
    }
}

#[inline(never)]
fn write_varint(mut zigzag: u64, out: &mut Vec<u8>) {
    while zigzag >= 0x80 {
        out.push(zigzag.to_le_bytes()[0] | 0x80);
        zigzag >>= 7;
    }
    out.push(zigzag.to_le_bytes()[0]);
}
