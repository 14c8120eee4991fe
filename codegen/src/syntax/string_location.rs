//! Finds the location of a part of a TOML string.

use std::ops::Range;

/// Returns the bytes of `source` that contain `part` of `value`, whose string token covers `token`.
///
/// Without escapes, the position in the token is an offset. Otherwise, the token is read escape by escape.
pub(super) fn locate(source: &str, token: Range<usize>, value: &str, part: Range<usize>) -> Range<usize> {
    let Some(raw) = source.get(token.clone()) else { return token };
    let open = delimiter(raw);
    let content = token.start + open;
    if raw.get(open..open + value.len()) == Some(value) {
        let range = content + part.start..content + part.end;
        return if range.is_empty() && value.is_empty() { token } else { range };
    }
    let mut walk = Walk { raw, at: open, value: 0 };
    walk.to(part.start);
    let start = walk.past_nothing();
    let end = walk.to(part.end);
    token.start + start..token.start + end
}

/// Returns the length of the opening quotes, with the first newline of a multi-line string.
fn delimiter(raw: &str) -> usize {
    for quotes in ["\"\"\"", "'''"] {
        if let Some(rest) = raw.strip_prefix(quotes) {
            return 3 + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        }
    }
    usize::from(raw.starts_with(['"', '\'']))
}

/// Reads a string token, and counts the bytes of its value.
struct Walk<'a> {
    raw: &'a str,
    at: usize,
    value: usize,
}

impl Walk<'_> {
    fn to(&mut self, value: usize) -> usize {
        while self.value < value && self.step() {}
        self.at
    }

    /// Skips a line continuation, which adds nothing to the value.
    fn past_nothing(&mut self) -> usize {
        while let Some((source, 0)) = self.next() {
            self.at += source;
        }
        self.at
    }

    fn step(&mut self) -> bool {
        let Some((source, value)) = self.next() else { return false };
        self.at += source;
        self.value += value;
        true
    }

    /// Returns the number of bytes of the next character in the file and in the value.
    fn next(&self) -> Option<(usize, usize)> {
        let rest = &self.raw[self.at..];
        let mut chars = rest.chars();
        let first = chars.next()?;
        Some(match (first, chars.next()) {
            ('\\', Some(escape)) if self.raw.starts_with('"') => Self::escape(rest, escape),
            ('\r', Some('\n')) => (1, 0),
            _ => (first.len_utf8(), first.len_utf8()),
        })
    }

    fn escape(rest: &str, escape: char) -> (usize, usize) {
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ if escape.is_whitespace() => {
                let blank = rest[1..].len() - rest[1..].trim_start().len();
                return (1 + blank, 0);
            }
            _ => return (1 + escape.len_utf8(), 1),
        };
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let length = code.and_then(char::from_u32).map_or(0, char::len_utf8);
        ((2 + digits).min(rest.len()), length)
    }
}

#[cfg(test)]
mod tests {
    use super::locate;

    fn shown(source: &str, value: &str, part: &str) -> String {
        let start = value.find(part).expect("the part is in the value");
        source[locate(source, 0..source.len(), value, start..start + part.len())].to_owned()
    }

    #[test]
    fn finds_parts_after_escapes() {
        assert_eq!(shown(r#""list<Order>""#, "list<Order>", "Order"), "Order");
        assert_eq!(shown(r"'list<Order>'", "list<Order>", "Order"), "Order");
        assert_eq!(shown(r#""\u006cist<Order>""#, "list<Order>", "Order"), "Order");
        assert_eq!(shown(r#""\U0001F600<Order>""#, "\u{1F600}<Order>", "Order"), "Order");
        assert_eq!(shown("\"\"\"\nlist<\\\n   Order>\"\"\"", "list<Order>", "Order"), "Order");
        assert_eq!(shown(r#""list<\u004frder>""#, "list<Order>", "Order"), r"\u004frder");
    }
}
