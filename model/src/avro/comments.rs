//! What schemas in files have and JSON does not: comments, and a byte order mark.

/// A text in which comments and the byte order mark are spaces, so that locations stay the same.
pub(super) struct Blanked {
    pub(super) text: String,
    pub(super) has_mark: bool,
    pub(super) has_comment: bool,
}

/// Replaces comments, `// …` and `/* … */`, and the byte order mark. Returns `None` if there are none.
pub(super) fn blank(text: &str) -> Option<Blanked> {
    let mut bytes = text.as_bytes().to_vec();
    let has_mark = bytes.starts_with("\u{feff}".as_bytes());
    if has_mark {
        bytes[..3].fill(b' ');
    }
    let mut has_comment = false;
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'"', rest @ ..] => {
                at += 1 + end_of_string(rest);
                continue;
            }
            [b'/', b'/', rest @ ..] => {
                rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
            }
            // A comment that does not end is left, as an error of the text.
            [b'/', b'*', rest @ ..] => match rest.windows(2).position(|end| end == b"*/") {
                Some(length) => length + 2,
                None => break,
            },
            _ => {
                at += 1;
                continue;
            }
        };
        let comment = &mut bytes[at..at + 2 + end];
        comment.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        has_comment = true;
        at += 2 + end;
    }
    let text = String::from_utf8(bytes).ok()?;
    (has_mark || has_comment).then_some(Blanked { text, has_mark, has_comment })
}

/// The length of the rest of a string, with its end.
fn end_of_string(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
