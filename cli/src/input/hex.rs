//! Bytes as people pass them around: hexadecimal, and framed.

use std::fmt::Write as _;

/// Reads hexadecimal digits, with blanks, colons, commas and `0x` between bytes, as tools print them.
///
/// # Errors
/// What is wrong, for people.
pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ',')) {
        let digits = word.strip_prefix("0x").unwrap_or(word);
        if let Some(stranger) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
            return Err(format!("`{stranger}` is no hexadecimal digit"));
        }
        if digits.len() % 2 == 1 {
            return Err(format!("`{digits}` has an odd number of hexadecimal digits; a byte has two"));
        }
        for at in (0..digits.len()).step_by(2) {
            let pair = &digits[at..at + 2];
            bytes.push(u8::from_str_radix(pair, 16).map_err(|error| format!("`{pair}`: {error}"))?);
        }
    }
    Ok(bytes)
}

/// Bytes as hexadecimal digits, without anything between.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
