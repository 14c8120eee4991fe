//! UTF-8 text. This is the only file of the published crates with `unsafe`, so that a review or a fuzzer need
//! not look elsewhere.
#![expect(
    unsafe_code,
    reason = "only `from_utf8_unchecked` turns what was found to be ASCII into text; see docs/decisions/0009"
)]

use std::str::Utf8Error;

/// Converts `bytes` to text, as [`std::str::from_utf8`] does. For short ASCII, as most text of an event is,
/// it is several times as fast.
///
/// # Errors
/// See [`std::str::from_utf8`].
#[inline]
pub fn text(bytes: &[u8]) -> Result<&str, Utf8Error> {
    if is_ascii(bytes) {
        // SAFETY: `is_ascii` has seen every byte, and all are below 0x80. In UTF-8 such a byte is a character
        // by itself (RFC 3629, section 3), so that any sequence of them is valid.
        Ok(unsafe { std::str::from_utf8_unchecked(bytes) })
    } else {
        std::str::from_utf8(bytes)
    }
}

/// Whether all bytes are below 0x80. It reads words, and the last one overlaps the one before it.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    let seen = words.iter().fold(0, |seen, word| seen | u64::from_ne_bytes(*word));
    let last = match bytes.last_chunk::<8>() {
        Some(word) => u64::from_ne_bytes(*word),
        None => rest.iter().fold(0, |seen, byte| seen | u64::from(*byte)),
    };
    (seen | last) & HIGH_BITS == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::text;

    /// Tests every byte at every position in ASCII text, for all lengths that the words of `is_ascii` can
    /// have.
    #[test]
    fn agrees_with_std_on_every_byte_at_every_position() {
        for length in 0..=40 {
            for index in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![b'a'; length];
                    bytes[index] = byte;
                    assert_eq!(text(&bytes), std::str::from_utf8(&bytes), "{byte:#x} at {index} of {length}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_std_on_any_bytes(bytes: Vec<u8>) {
            prop_assert_eq!(text(&bytes), std::str::from_utf8(&bytes));
        }

        #[test]
        fn agrees_with_std_on_any_text(written: String, cut in 0_usize..8) {
            let bytes = &written.as_bytes()[..written.len().saturating_sub(cut)];
            prop_assert_eq!(text(bytes), std::str::from_utf8(bytes));
        }
    }
}
