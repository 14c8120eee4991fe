//! Lays out Rust code: breaks long lines.
//!
//! A *fragment* is Rust code in one line with marks. The marks are control characters, which do not occur in
//! the code itself, because literals escape them. They enclose groups, and show where a group can be broken.
//! A group that fits on its line is not broken. Otherwise, the group is broken at every break, and its
//! content is indented. The result is the same as that of `prettyplease`.

/// Begins a group.
const GROUP: char = '\u{1}';
/// Begins a group that is always broken.
const BROKEN: char = '\u{2}';
/// Begins a group that is not indented, and that is broken only at the breaks where a line would be too long.
const FILLED: char = '\u{3}';
/// Ends a group. A break directly before it returns to the indentation of the enclosing group.
const END: char = '\u{4}';
/// A break. It is empty if it is not taken.
const BREAK: char = '\u{5}';
/// A break. It is a space if it is not taken.
const SPACE: char = '\u{6}';
/// A comma and a break. They are empty if the break is not taken.
const COMMA: char = '\u{7}';
/// A comma and a break. They are a space if the break is not taken.
const COMMA_SPACE: char = '\u{8}';

/// The maximum length of a line.
const WIDTH: usize = 89;
/// The minimum length of a line without its indentation.
const LEAST_WIDTH: usize = 60;
/// The maximum length of a struct literal on one line.
const LITERAL_WIDTH: usize = 34;
/// The indentation of a level.
pub(super) const INDENT: usize = 4;

/// Returns `items` between `open` and `close`: `Vec<T>`, `(1, 2)`.
pub(super) fn list<T: AsRef<str>>(open: &str, items: impl IntoIterator<Item = T>, close: &str) -> String {
    let items = joined(items);
    if items.is_empty() {
        format!("{open}{close}")
    } else {
        format!("{open}{GROUP}{BREAK}{items}{COMMA}{END}{close}")
    }
}

/// Returns `items` with commas in between. They are broken if the enclosing group is broken.
pub(super) fn joined<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut joined = String::new();
    for item in items {
        if !joined.is_empty() {
            joined.extend([',', SPACE]);
        }
        joined.push_str(item.as_ref());
    }
    joined
}

/// Returns the attribute `name` with `items`.
pub(super) fn attribute<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("#[{}]", attribute_item(name, items))
}

/// Returns `name(items)`, for an attribute.
pub(super) fn attribute_item<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("{name}({GROUP}{BREAK}{}{BREAK}{END})", joined(items))
}

/// Returns `function(argument)`.
pub(super) fn call(function: &str, argument: &str) -> String {
    // There is no break between the parentheses and an array, a tuple or a struct literal.
    if argument.starts_with(['[', '(']) || argument.ends_with('}') {
        format!("{function}({argument})")
    } else {
        list(&format!("{function}("), [argument], ")")
    }
}

/// Returns `receiver.method()`.
pub(super) fn method(receiver: &str, method: &str) -> String {
    format!("{receiver}{GROUP}{BREAK}.{method}(){END}")
}

/// Returns `[items]`. Integers and booleans fill the lines; other items have a line each if the array is
/// broken.
pub(super) fn array<T: AsRef<str>>(items: &[T]) -> String {
    let is_simple =
        |item: &str| item.bytes().all(|byte| byte.is_ascii_digit()) || matches!(item, "true" | "false");
    if !items.is_empty() && items.iter().all(|item| is_simple(item.as_ref())) {
        list("[", [format!("{FILLED}{}{END}", joined(items))], "]")
    } else {
        list("[", items, "]")
    }
}

/// Returns `name![items]`. The items fill the lines.
pub(super) fn macro_call<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("{name}![{GROUP}{BREAK}{FILLED}{}{END}{BREAK}{END}]", joined(items))
}

/// Returns `path { fields }`.
pub(super) fn struct_literal<T: AsRef<str>>(path: &str, fields: impl IntoIterator<Item = T>) -> String {
    let fields = joined(fields);
    if fields.is_empty() {
        return format!("{path} {{}}");
    }
    let width = path.len() + " {  ".len() + width(&fields);
    let group = if width > LITERAL_WIDTH { BROKEN } else { GROUP };
    format!("{path} {{{group}{SPACE}{fields}{COMMA_SPACE}{END}}}")
}

/// Returns `first` and `second` on one line, or on two lines with the same indentation.
pub(super) fn words(first: &str, second: &str) -> String {
    format!("{FILLED}{first}{SPACE}{second}{END}")
}

/// Returns `fragment` on one line of any length.
pub(super) fn flat(fragment: &str) -> String {
    fragment.chars().map(|c| if is_space(c) { ' ' } else { c }).filter(|c| !is_mark(*c)).collect()
}

/// Returns the length of `fragment` on one line.
fn width(fragment: &str) -> usize {
    fragment.bytes().map(|byte| width_of(char::from(byte))).sum()
}

/// Returns true if `fragment` fits into `room` up to the first possible line end: the first break after the
/// end of the `groups` in which it begins.
fn fits(fragment: &str, mut groups: usize, mut room: usize) -> bool {
    for c in fragment.bytes().map(char::from) {
        match c {
            BROKEN => return false,
            GROUP | FILLED => groups += 1,
            END => groups = groups.saturating_sub(1),
            BREAK | SPACE | COMMA | COMMA_SPACE if groups == 0 => return true,
            _ => match room.checked_sub(width_of(c)) {
                Some(left) => room = left,
                None => return false,
            },
        }
    }
    true
}

fn is_mark(c: char) -> bool {
    (GROUP..=COMMA_SPACE).contains(&c)
}

fn is_space(mark: char) -> bool {
    matches!(mark, SPACE | COMMA_SPACE)
}

fn width_of(byte: char) -> usize {
    usize::from(!is_mark(byte) || is_space(byte))
}

/// Adds `fragment` to `text` as a line with the indentation `indent`. Breaks the line if it is too long.
pub(super) fn push_line(text: &mut String, indent: usize, fragment: &str) {
    let mut lines = Lines { text, indent, room: 0, groups: Vec::new() };
    lines.begin(indent);
    let mut rest = fragment;
    while let Some(at) = rest.bytes().position(|byte| is_mark(char::from(byte))) {
        lines.push(&rest[..at]);
        let mark = char::from(rest.as_bytes()[at]);
        rest = &rest[at + 1..];
        lines.mark(mark, rest);
    }
    lines.push(rest);
    text.push('\n');
}

/// The layout of a group.
#[derive(Clone, Copy)]
enum Layout {
    /// Not broken.
    Flat,
    /// Broken at every break, with this indentation.
    Broken(usize),
    /// Broken only where a line would be too long, with this indentation.
    Filled(usize),
}

/// The lines of a fragment.
struct Lines<'t> {
    text: &'t mut String,
    /// The indentation of the first line.
    indent: usize,
    /// The space that is left on the last line.
    room: usize,
    /// The open groups.
    groups: Vec<Layout>,
}

impl Lines<'_> {
    fn begin(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.room = WIDTH.saturating_sub(indent).max(LEAST_WIDTH);
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.room = self.room.saturating_sub(text.len());
    }

    /// Handles `mark`. `rest` is the text after it.
    fn mark(&mut self, mark: char, rest: &str) {
        let around = self.groups.last().copied();
        match (mark, around) {
            (END, _) => {
                self.groups.pop();
            }
            (GROUP | BROKEN | FILLED, Some(Layout::Flat)) => self.groups.push(Layout::Flat),
            (GROUP | FILLED, _) if fits(rest, 1, self.room) => self.groups.push(Layout::Flat),
            (FILLED, _) => self.groups.push(Layout::Filled(self.indent())),
            (GROUP | BROKEN, _) => self.groups.push(Layout::Broken(self.indent() + INDENT)),
            (_, Some(Layout::Broken(indent))) => self.end_line(mark, indent, rest),
            (_, Some(Layout::Filled(indent))) if !fits(rest, 0, self.room.saturating_sub(width_of(mark))) => {
                self.end_line(mark, indent, rest);
            }
            (_, Some(Layout::Flat | Layout::Filled(_)) | None) => {
                self.push(if is_space(mark) { " " } else { "" });
            }
        }
    }

    fn end_line(&mut self, mark: char, indent: usize, rest: &str) {
        if matches!(mark, COMMA | COMMA_SPACE) {
            self.text.push(',');
        }
        self.text.push('\n');
        self.begin(if rest.starts_with(END) { indent.saturating_sub(INDENT) } else { indent });
    }

    /// Returns the indentation of the innermost broken group.
    fn indent(&self) -> usize {
        let broken = self.groups.iter().rev().find_map(|group| match group {
            Layout::Flat => None,
            Layout::Broken(indent) | Layout::Filled(indent) => Some(*indent),
        });
        broken.unwrap_or(self.indent)
    }
}
