//! Paths within a datum: `order.lines[3].labels{0}`.
//!
//! Fields by name, items by index, and a map's entries by their position: a key is data, and data may be about a person.

use std::fmt;

/// One step into a datum.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Field(&'a str),
    Item(usize),
    Entry(usize),
}

/// The path of `steps`, outermost first.
pub(crate) fn written<'a>(steps: impl IntoIterator<Item = Step<'a>>) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) => path.extend([".", name]),
            Step::Item(index) => path.extend(["[", &index.to_string(), "]"]),
            Step::Entry(index) => path.extend(["{", &index.to_string(), "}"]),
        }
    }
    path
}

/// `path`, which starts within `step`, from outside of it.
pub(crate) fn within(step: Step<'_>, path: &str) -> String {
    let outer = written([step]);
    if path.is_empty() || path.starts_with(['[', '{']) { outer + path } else { format!("{outer}.{path}") }
}

/// Begins a message with the place that it is about.
pub(crate) fn write_place(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    if path.is_empty() { Ok(()) } else { write!(f, "at `{path}`: ") }
}
