//! A file of Rust while it is written.

use super::layout::{INDENT, push_line};

/// Lines of Rust, indented as deep as the blocks that they stand in.
#[derive(Debug)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    /// No lines yet, for items that stand `depth` blocks deep.
    pub(super) fn new(depth: usize) -> Self {
        Self { text: String::new(), depth }
    }

    /// Adds `fragment`, broken where it is too long for a line.
    pub(super) fn line(&mut self, fragment: &str) {
        push_line(&mut self.text, self.depth * INDENT, fragment);
    }

    /// Adds what `write` writes as a block after `head`.
    pub(super) fn block(&mut self, head: &str, write: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        let begin = self.text.len();
        self.depth += 1;
        write(self);
        self.depth -= 1;
        if self.text.len() == begin {
            self.text.pop();
            self.text.push_str("}\n");
        } else {
            self.line("}");
        }
    }

    /// An empty line between what is there and an item that follows.
    pub(super) fn begin_item(&mut self) {
        if !(self.text.is_empty() || self.text.ends_with("{\n")) {
            self.text.push('\n');
        }
    }

    /// `doc` as a doc comment.
    pub(super) fn doc(&mut self, doc: Option<&str>) {
        // Rust has no carriage return in a comment but at the end of its line.
        for line in doc.into_iter().flat_map(str::lines).flat_map(|line| line.split('\r')) {
            let line = line.trim_end_matches(' ');
            let space = if line.is_empty() { "" } else { " " };
            self.laid_out(&format!("{:1$}///{space}{line}\n", "", self.depth * INDENT));
        }
    }

    /// Adds lines that are laid out already.
    pub(super) fn laid_out(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// The text of all lines.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}
