//! Avro's `big-decimal`: the unscaled number as `bytes`, and then the scale as an `int`.

use super::decimal::{Parts, write as write_decimal};

/// Writes a decimal with all digits of its scale. Returns `None` if the text would be read as other bytes.
pub(super) fn write(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    let length = usize::try_from(read_int(&mut rest)?).ok()?;
    let unscaled = rest.split_off(..length)?;
    let scale = usize::try_from(read_int(&mut rest)?).ok()?;
    let text = write_decimal(unscaled, usize::MAX, scale)?;
    (read(&text).as_deref() == Some(bytes)).then_some(text)
}

/// Reads a decimal. Its scale is the number of digits after the point.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let parts = Parts::find(text.as_bytes()).filter(|parts| parts.fits(usize::MAX, parts.scale()))?;
    let unscaled = parts.unscaled(text.as_bytes(), parts.scale());
    let mut bytes = Vec::with_capacity(unscaled.len() + 4);
    push_int(&mut bytes, unscaled.len());
    bytes.extend(unscaled);
    push_int(&mut bytes, parts.scale());
    Some(bytes)
}

/// Reads an int in the binary encoding.
fn read_int(bytes: &mut &[u8]) -> Option<i64> {
    let mut zigzag = 0_u64;
    for shift in [0, 7, 14, 21, 28] {
        let byte = *bytes.split_off_first()?;
        zigzag |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed());
        }
    }
    None
}

/// Appends a length in the binary encoding.
fn push_int(bytes: &mut Vec<u8>, number: usize) {
    let mut zigzag = number * 2;
    loop {
        let low = u8::try_from(zigzag & 0x7f).unwrap_or(0x7f);
        zigzag >>= 7;
        if zigzag == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}
