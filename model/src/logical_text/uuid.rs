//! The texts of UUIDs: 8-4-4-4-12 hexadecimal digits (RFC 9562).

/// Returns true if `text` is a UUID.
pub(super) const fn is_uuid(text: &[u8]) -> bool {
    let mut index = 0;
    while index < text.len() {
        let fits = match index {
            8 | 13 | 18 | 23 => text[index] == b'-',
            _ => text[index].is_ascii_hexdigit(),
        };
        if !fits {
            return false;
        }
        index += 1;
    }
    index == 36
}

/// Reads the 16 bytes of a UUID.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    if !is_uuid(text.as_bytes()) {
        return None;
    }
    let number = u128::from_str_radix(&text.replace('-', ""), 16).ok()?;
    Some(number.to_be_bytes().to_vec())
}

/// Writes the 16 bytes of a UUID.
pub(super) fn write(bytes: [u8; 16]) -> String {
    let mut text = format!("{:032x}", u128::from_be_bytes(bytes));
    for index in [20, 16, 12, 8] {
        text.insert(index, '-');
    }
    text
}
