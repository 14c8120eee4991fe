//! The generated Rust file.

use super::pretty_print::{INDENT, push_line};

/// Lines of Rust, indented by the depth of their blocks.
#[derive(Debug)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    /// Creates an empty text for items that are `depth` blocks deep.
    pub(super) fn new(depth: usize) -> Self {
        Self { text: String::new(), depth }
    }

    /// Adds `fragment`, with line breaks if it is too long for one line.
    pub(super) fn line(&mut self, fragment: &str) {
        push_line(&mut self.text, self.depth * INDENT, fragment);
    }

    /// Adds a block with the content of `write` after `head`.
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

    /// Adds an empty line before an item, unless the item is the first.
    pub(super) fn begin_item(&mut self) {
        if !(self.text.is_empty() || self.text.ends_with("{\n")) {
            self.text.push('\n');
        }
    }

    /// Adds `doc` as a doc comment.
    pub(super) fn doc(&mut self, doc: Option<&str>) {
        // Rust allows a carriage return in a comment only at the end of the line.
        for line in doc.into_iter().flat_map(str::lines).flat_map(|line| line.split('\r')) {
            let line = line.trim_end_matches(' ');
            let space = if line.is_empty() { "" } else { " " };
            self.laid_out(&format!("{:1$}///{space}{line}\n", "", self.depth * INDENT));
        }
    }

    /// Adds lines that are already laid out.
    pub(super) fn laid_out(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// Returns the text of all lines.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}
