//! Bytes as hexadecimal text.

use std::fmt::Write as _;

/// Reads hexadecimal digits. Spaces, colons, commas and `0x` are allowed between bytes.
///
/// # Errors
/// Returns a message for people.
pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ',')) {
        let digits = word.strip_prefix("0x").unwrap_or(word);
        if let Some(stranger) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
            return Err(format!("`{stranger}` is not a hexadecimal digit"));
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

/// Formats bytes as hexadecimal digits without separators.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
