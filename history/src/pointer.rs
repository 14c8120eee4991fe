//! JSON pointers (RFC 6901) into the text of a schema.

use std::ops::Range;

use signalbook_model::Schema;

/// Returns the range of the value at `pointer`. For a definition or a field, returns the range of its name.
pub fn locate(text: &str, pointer: &str) -> Option<Range<usize>> {
    let text = &*Schema::without_comments(text);
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, 0);
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        at = match bytes.get(at)? {
            b'{' => member(text, at, &segment)?,
            b'[' => item(bytes, at, segment.parse().ok()?)?,
            _ => return None,
        };
    }
    let named = if bytes.get(at) == Some(&b'{') { member(text, at, "name") } else { None };
    let at = named.unwrap_or(at);
    Some(at..end(bytes, at)?)
}

/// Returns the start of the value of a member of the object at `at`.
fn member(text: &str, at: usize, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let key = at..end(bytes, at)?;
        let value = blanks(bytes, blanks(bytes, key.end) + 1);
        if text.get(key.start + 1..key.end - 1) == Some(name) {
            return Some(value);
        }
        at = next(bytes, value)?;
    }
    None
}

/// Returns the start of an item of the array at `at`.
fn item(bytes: &[u8], at: usize, index: usize) -> Option<usize> {
    let first = blanks(bytes, at + 1);
    let item = (0..index).try_fold(first, |at, _| next(bytes, at))?;
    (bytes.get(item) != Some(&b']')).then_some(item)
}

/// Returns the start of the value after the one at `at`, or the end of the array or object.
fn next(bytes: &[u8], at: usize) -> Option<usize> {
    let after = blanks(bytes, end(bytes, at)?);
    Some(if bytes.get(after)? == &b',' { blanks(bytes, after + 1) } else { after })
}

/// Returns the index of the byte after the value at `at`.
fn end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = at;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += 1;
                while bytes.get(at)? != &b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            // A number or a keyword ends at the first byte that cannot be part of it.
            _ if depth == 0 => {
                let rest = &bytes[at..];
                let length = rest
                    .iter()
                    .position(|byte| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace());
                return Some(at + length.unwrap_or(rest.len()).max(1));
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns the index of the first byte from `at` on that is not white space.
fn blanks(bytes: &[u8], at: usize) -> usize {
    let blank = |byte: &&u8| byte.is_ascii_whitespace();
    at + bytes.iter().skip(at).take_while(blank).count()
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn finds_names_and_values() {
        let text = r#" {"type": "record", "name": "A", "fields": [
            {"name": "a\"]", "type": ["null", {"type": "fixed", "name": "F", "size": 16 }], "default": null},
            {"name": "b", "type": {"type": "array", "items": "long"}, "default": [1, {"x": "}"}]}]}"#;
        let found = |pointer: &str| locate(text, pointer).map(|range| &text[range]);
        assert_eq!(found(""), Some("\"A\""));
        assert_eq!(found("/fields/0"), Some("\"a\\\"]\""));
        assert_eq!(found("/fields/0/type/1/size"), Some("16"));
        assert_eq!(found("/fields/0/default"), Some("null"));
        assert_eq!(found("/fields/1/type/items"), Some("\"long\""));
        assert_eq!(found("/fields/1/default"), Some("[1, {\"x\": \"}\"}]"));
        for nowhere in ["/fields/2", "/fields/x", "/type/a", "/symbols", "/fields/1/type/items/items"] {
            assert_eq!(found(nowhere), None, "{nowhere}");
        }
        for end in 0..text.len() {
            // A truncated text must not panic.
            locate(&text[..end], "/fields/1/default/1/x");
        }
    }
}
