/// Writes the length of the bytes, and the bytes.
#[inline]
pub fn write_block(out: &mut Vec<u8>, bytes: &[u8]) {
    write_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Writes a length, a count or an index, as a long.
#[inline]
pub fn write_length(out: &mut Vec<u8>, length: usize) {
    write_long(out, (length as u64).cast_signed()); // nothing in memory is longer than `isize::MAX`
}

/// Writes an int or a long: zigzag, seven bits in each byte, the lowest first.
#[inline]
pub fn write_long(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest >= 0x80 {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}
