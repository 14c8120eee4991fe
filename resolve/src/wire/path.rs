use std::fmt;

/// One step into a datum.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The field of this name.
    Field(&'a str),
    /// The item at this index of an array.
    Item(usize),
    /// The entry at this position of a map.
    Entry(usize),
}

/// The path of `steps`, outermost first: `order.lines[3].labels{0}`.
///
/// A map's entry is shown by its position: a key is data, and data may be about a person.
pub fn path<'a>(steps: impl IntoIterator<Item = Step<'a>>) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Field(name) if text.is_empty() => text.push_str(name),
            Step::Field(name) => text.extend([".", name]),
            Step::Item(index) => text.extend(["[", &index.to_string(), "]"]),
            Step::Entry(index) => text.extend(["{", &index.to_string(), "}"]),
        }
    }
    text
}

/// The path `inner`, which begins below `step`, with `step` before it.
pub fn path_within(step: Step<'_>, inner: &str) -> String {
    let outer = path([step]);
    if inner.is_empty() || inner.starts_with(['[', '{']) { outer + inner } else { format!("{outer}.{inner}") }
}

/// Begins a message with the place that it is about.
///
/// # Errors
/// Whatever the formatter returns.
pub fn write_place(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    if path.is_empty() { Ok(()) } else { write!(f, "at `{path}`: ") }
}
