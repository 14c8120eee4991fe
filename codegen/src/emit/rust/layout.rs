//! Rust in one line, with the places where it may be broken.
//!
//! A *fragment* is Rust with marks in it: control characters, which stand nowhere else in it, because literals escape them. They
//! enclose groups, and say where a group may be broken. A group that fits on its line stays there; of one that does not, every
//! break is taken, and what is between them is indented. So does `prettyplease`, in whose style the code is laid out.

/// Begins a group.
const GROUP: char = '\u{1}';
/// Begins a group that is broken, whether it fits or not.
const BROKEN: char = '\u{2}';
/// Begins a group that is not indented, and of whose breaks only those are taken that must be.
const FILLED: char = '\u{3}';
/// Ends a group. A break right before it goes back to the indentation of what is around.
const END: char = '\u{4}';
/// A break that is nothing on a line.
const BREAK: char = '\u{5}';
/// A break that is a space on a line.
const SPACE: char = '\u{6}';
/// A break after a comma, both of which are nothing on a line.
const COMMA: char = '\u{7}';
/// A break after a comma, both of which are a space on a line.
const COMMA_SPACE: char = '\u{8}';

/// How long a line may be.
const WIDTH: usize = 89;
/// How much of it is left at least, however deep it is indented.
const LEAST_WIDTH: usize = 60;
/// How long the literal of a struct may be on a line.
const LITERAL_WIDTH: usize = 34;
/// How much a level is indented.
pub(super) const INDENT: usize = 4;

/// `items` between `open` and `close`: `Vec<T>`, `(1, 2)`.
pub(super) fn list<T: AsRef<str>>(open: &str, items: impl IntoIterator<Item = T>, close: &str) -> String {
    let items = joined(items);
    if items.is_empty() {
        format!("{open}{close}")
    } else {
        format!("{open}{GROUP}{BREAK}{items}{COMMA}{END}{close}")
    }
}

/// `items` with commas between, which are broken where the group around is.
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

/// The attribute `name` with `items`.
pub(super) fn attribute<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("#[{}]", attribute_item(name, items))
}

/// `name(items)` as it stands in an attribute.
pub(super) fn attribute_item<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("{name}({GROUP}{BREAK}{}{BREAK}{END})", joined(items))
}

/// `function(argument)`.
pub(super) fn call(function: &str, argument: &str) -> String {
    // The parentheses hug an array, a tuple and the literal of a struct.
    if argument.starts_with(['[', '(']) || argument.ends_with('}') {
        format!("{function}({argument})")
    } else {
        list(&format!("{function}("), [argument], ")")
    }
}

/// `receiver.method()`.
pub(super) fn method(receiver: &str, method: &str) -> String {
    format!("{receiver}{GROUP}{BREAK}.{method}(){END}")
}

/// `[items]`; as many to a line as fit where all are whole numbers or truth values.
pub(super) fn array<T: AsRef<str>>(items: &[T]) -> String {
    let is_simple =
        |item: &str| item.bytes().all(|byte| byte.is_ascii_digit()) || matches!(item, "true" | "false");
    if !items.is_empty() && items.iter().all(|item| is_simple(item.as_ref())) {
        list("[", [format!("{FILLED}{}{END}", joined(items))], "]")
    } else {
        list("[", items, "]")
    }
}

/// `name![items]`; as many to a line as fit.
pub(super) fn macro_call<T: AsRef<str>>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    format!("{name}![{GROUP}{BREAK}{FILLED}{}{END}{BREAK}{END}]", joined(items))
}

/// `path { fields }`.
pub(super) fn struct_literal<T: AsRef<str>>(path: &str, fields: impl IntoIterator<Item = T>) -> String {
    let fields = joined(fields);
    if fields.is_empty() {
        return format!("{path} {{}}");
    }
    let width = path.len() + " {  ".len() + width(&fields);
    let group = if width > LITERAL_WIDTH { BROKEN } else { GROUP };
    format!("{path} {{{group}{SPACE}{fields}{COMMA_SPACE}{END}}}")
}

/// `first` and `second` with a space between, or a line each, which both begin where the line does.
pub(super) fn words(first: &str, second: &str) -> String {
    format!("{FILLED}{first}{SPACE}{second}{END}")
}

/// `fragment` on a line, however long that gets.
pub(super) fn flat(fragment: &str) -> String {
    fragment.chars().map(|c| if is_space(c) { ' ' } else { c }).filter(|c| !is_mark(*c)).collect()
}

/// How long `fragment` is on a line.
fn width(fragment: &str) -> usize {
    fragment.bytes().map(|byte| width_of(char::from(byte))).sum()
}

/// Whether `fragment` fits into `room`, up to where the line may end: the first break after the `groups` that it begins in.
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

/// Adds `fragment` to `text` as a line with an indentation of `indent`, broken where it is too long.
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

/// How a group is laid out.
#[derive(Clone, Copy)]
enum Layout {
    /// On its line.
    Flat,
    /// With every break taken, and this indentation.
    Broken(usize),
    /// With those breaks taken that must be, and this indentation.
    Filled(usize),
}

/// The lines that a fragment becomes.
struct Lines<'t> {
    text: &'t mut String,
    /// The indentation of the first.
    indent: usize,
    /// How much fits on the last.
    room: usize,
    /// The groups that are not at their end.
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

    /// Follows `mark`, after which comes `rest`.
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

    /// The indentation of the innermost group that is broken.
    fn indent(&self) -> usize {
        let broken = self.groups.iter().rev().find_map(|group| match group {
            Layout::Flat => None,
            Layout::Broken(indent) | Layout::Filled(indent) => Some(*indent),
        });
        broken.unwrap_or(self.indent)
    }
}
