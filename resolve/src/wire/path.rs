use std::fmt;

/// One segment of a path into a datum.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The field with this name.
    Field(&'a str),
    /// The item of an array with this index.
    Item(usize),
    /// The entry of a map with this index.
    Entry(usize),
}

/// Returns the path of `steps`, the outermost first: `order.lines[3].labels{0}`.
///
/// The entry of a map is shown by its index, because its key is data and may be personal.
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

/// Returns the path `inner` with `step` prepended.
pub fn path_within(step: Step<'_>, inner: &str) -> String {
    let outer = path([step]);
    if inner.is_empty() || inner.starts_with(['[', '{']) { outer + inner } else { format!("{outer}.{inner}") }
}

/// Writes the path at the start of a message.
///
/// # Errors
/// Returns the errors of the formatter.
pub fn write_place(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    if path.is_empty() { Ok(()) } else { write!(f, "at `{path}`: ") }
}
