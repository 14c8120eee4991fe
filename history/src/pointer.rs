//! JSON pointers (RFC 6901) into the text of a schema.

use std::ops::Range;

/// Where what `pointer` leads to is written: the name of a definition or a field, any other value as a whole.
pub fn locate(text: &str, pointer: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, 0);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        at = match bytes.get(at)? {
            b'{' => member(text, at, &step)?,
            b'[' => item(bytes, at, step.parse().ok()?)?,
            _ => return None,
        };
    }
    let named = if bytes.get(at) == Some(&b'{') { member(text, at, "name") } else { None };
    let at = named.unwrap_or(at);
    Some(at..end(bytes, at)?)
}

/// Where the value of a member of the object at `at` begins.
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

/// Where an item of the array at `at` begins.
fn item(bytes: &[u8], at: usize, index: usize) -> Option<usize> {
    let first = blanks(bytes, at + 1);
    let item = (0..index).try_fold(first, |at, _| next(bytes, at))?;
    (bytes.get(item) != Some(&b']')).then_some(item)
}

/// Where what follows the value at `at` begins: another value, or the end of what both are in.
fn next(bytes: &[u8], at: usize) -> Option<usize> {
    let after = blanks(bytes, end(bytes, at)?);
    Some(if bytes.get(after)? == &b',' { blanks(bytes, after + 1) } else { after })
}

/// The byte after the value at `at`.
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
            // A number or a word: it ends before what cannot be part of it.
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

/// The first byte from `at` on that is no blank.
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
            // However it is cut, it only finds nothing.
            locate(&text[..end], "/fields/1/default/1/x");
        }
    }
}
