//! Lines of input with a limited length.

use std::io::{self, BufRead, Read as _};

/// The maximum length of a line, in bytes.
const LONGEST: usize = 64 << 20;

/// A line that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The length in bytes, with the line feed.
    pub(crate) size: u64,
    /// Whether the line was longer than the limit. Its text is then skipped.
    pub(crate) too_long: bool,
}

impl Line {
    /// The message for a line that is too long.
    pub(crate) const TOO_LONG: &'static str =
        "the line is longer than 64 MiB; the input must have one JSON object per line";

    /// Reads the next line of `input` into `text`. Returns `None` at the end of the input.
    pub(crate) fn read(input: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<Option<Self>> {
        Self::read_within(LONGEST, input, text)
    }

    fn read_within(longest: usize, input: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<Option<Self>> {
        text.clear();
        let mut size = input.by_ref().take(longest as u64 + 1).read_until(b'\n', text)?;
        let too_long = size > longest && !text.ends_with(b"\n");
        if too_long {
            *text = Vec::new();
            size += input.skip_until(b'\n')?;
        }
        Ok((size > 0).then_some(Self { size: size as u64, too_long }))
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_line_beyond_the_limit_is_skipped() {
        let (mut input, mut text) = (&b"four\nfive5\n4444\n\nlast5"[..], Vec::new());
        let mut lines = Vec::new();
        while let Some(line) = Line::read_within(4, &mut input, &mut text).expect("a slice can be read") {
            lines.push((line.size, line.too_long, String::from_utf8(text.clone()).expect("text")));
        }
        let line = |size, too_long, text: &str| (size, too_long, text.to_owned());
        let expected = [
            line(5, false, "four\n"),
            line(6, true, ""),
            line(5, false, "4444\n"),
            line(1, false, "\n"),
            line(5, true, ""),
        ];
        assert_eq!(lines, expected);
    }
}
