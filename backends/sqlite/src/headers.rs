//! Headers as one blob: for each, the length of its name, the name, the length of its value, and the value.
//! Lengths are four bytes, little-endian. No headers are `NULL`.

/// Encodes the headers of a message for their column.
pub(crate) fn write(headers: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    if headers.is_empty() {
        return None;
    }
    let size = headers.iter().map(|(name, value)| 8 + name.len() + value.len()).sum();
    let mut blob = Vec::with_capacity(size);
    for (name, value) in headers {
        write_part(&mut blob, name.as_bytes());
        write_part(&mut blob, value);
    }
    Some(blob)
}

/// Decodes headers. Returns `None` if the blob is damaged.
pub(crate) fn read(mut blob: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut headers = Vec::new();
    while !blob.is_empty() {
        let name = read_part(&mut blob)?;
        let value = read_part(&mut blob)?;
        headers.push((String::from_utf8(name.to_vec()).ok()?, value.to_vec()));
    }
    Some(headers)
}

fn write_part(blob: &mut Vec<u8>, part: &[u8]) {
    // `SqliteBackend::publish` rejects messages of a gigabyte, so that no length is truncated.
    blob.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    blob.extend_from_slice(part);
}

fn read_part<'a>(blob: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = blob.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *blob = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn written_headers_can_be_read() {
        let headers = vec![
            ("ce_id".to_owned(), b"1".to_vec()),
            (String::new(), vec![]),
            ("ce_id".to_owned(), vec![0, 255]),
        ];
        assert_eq!(read(&write(&headers).unwrap_or_default()), Some(headers));
        assert_eq!(write(&[]), None);
    }

    #[test]
    fn damage_is_detected() {
        let blob = write(&[("name".to_owned(), b"value".to_vec())]).unwrap_or_default();
        for end in 1..blob.len() {
            assert_eq!(read(&blob[..end]), None, "cut at {end}");
        }
        assert_eq!(read(&[255, 255, 255, 255, 1]), None);
        assert_eq!(read(&[1, 0, 0, 0, 0xff, 0, 0, 0, 0]), None, "a name that is not UTF-8");
    }
}
