//! Lines of input of which none is held beyond a bound.

use std::io::{self, BufRead, Read as _};

/// The longest line that is read, in bytes.
const LONGEST: usize = 64 << 20;

/// A line that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// How many bytes it has, the line feed included.
    pub(crate) size: u64,
    /// Whether it was longer than any line may be; then it was passed over.
    pub(crate) too_long: bool,
}

impl Line {
    /// What is said of a line that is too long.
    pub(crate) const TOO_LONG: &'static str =
        "the line is longer than 64 MiB: is this one JSON object a line?";

    /// Reads the next line of `input` into `text`; none at the end.
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
    fn a_line_beyond_the_bound_is_passed_over() {
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
