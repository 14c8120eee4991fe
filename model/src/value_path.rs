//! Paths within values: `order.lines[3].labels{0}`.

use std::fmt;

/// One segment of the path of a value.
#[derive(Clone, Copy, Debug)]
pub enum Segment<'a> {
    /// The field with this name.
    Field(&'a str),
    /// The item of an array with this index.
    Item(usize),
    /// The entry of a map with this index.
    Entry(usize),
}

/// Returns the path of `segments`, the outermost first: `order.lines[3].labels{0}`.
///
/// The entry of a map is shown by its index, because its key is data and may be personal.
pub fn path<'a>(segments: impl IntoIterator<Item = Segment<'a>>) -> String {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Segment::Field(name) if text.is_empty() => text.push_str(name),
            Segment::Field(name) => text.extend([".", name]),
            Segment::Item(index) => text.extend(["[", &index.to_string(), "]"]),
            Segment::Entry(index) => text.extend(["{", &index.to_string(), "}"]),
        }
    }
    text
}

/// Returns the path `inner` with `segment` prepended.
pub fn path_within(segment: Segment<'_>, inner: &str) -> String {
    let outer = path([segment]);
    if inner.is_empty() || inner.starts_with(['[', '{']) { outer + inner } else { format!("{outer}.{inner}") }
}

/// Writes the path at the start of a message.
///
/// # Errors
/// Returns the errors of the formatter.
pub fn write_path(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    if path.is_empty() { Ok(()) } else { write!(f, "at `{path}`: ") }
}
