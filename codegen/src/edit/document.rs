//! A file of a registry that is edited: parsed once, however many edits are made of it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::toml_text::Change;

/// A parsed file.
#[derive(Clone, Debug)]
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) root: Spanned<DeTable<'a>>,
    /// How its lines end.
    pub(super) newline: &'static str,
    /// Where statements begin: the starts of lines with a header or with a key, in ascending order. A line
    /// within a value is not one of them.
    statements: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Parses a file. Returns `None` if it is not valid TOML.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let root = parse(text)?;
        let mut statements = Vec::new();
        add_statements(text, root.get_ref(), &mut statements);
        statements.sort_unstable();
        statements.dedup();
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Some(Self { text, root, newline, statements })
    }

    /// Whether the file is valid TOML with this change. Only the changed statements are parsed again.
    ///
    /// The caller makes sure that the change adds no key that its table has.
    pub(super) fn allows(&self, change: &Change) -> bool {
        // A new header may repeat one of the file.
        let around = if change.replacement.starts_with('[') && change.range.is_empty() {
            0..self.text.len()
        } else {
            self.around(&change.range)
        };
        let mut amended = String::with_capacity(around.len() + change.replacement.len());
        amended.push_str(&self.text[around.start..change.range.start]);
        amended.push_str(&change.replacement);
        amended.push_str(&self.text[change.range.end..around.end]);
        let ends = around.end == self.text.len() || amended.ends_with('\n');
        ends && parse(&amended).is_some()
    }

    /// The whole statements around a range.
    fn around(&self, range: &Range<usize>) -> Range<usize> {
        let after = self.statements.partition_point(|start| *start <= range.start);
        let start = after.checked_sub(1).map_or(0, |at| self.statements[at]);
        let after = self.statements.partition_point(|start| *start <= range.end);
        start..self.statements.get(after).copied().unwrap_or(self.text.len())
    }
}

fn parse(text: &str) -> Option<Spanned<DeTable<'_>>> {
    #[cfg(test)]
    PARSED.with(|parsed| parsed.set(parsed.get() + text.len()));
    DeTable::parse(text).ok()
}

#[cfg(test)]
thread_local! {
    /// How many bytes were parsed.
    pub(super) static PARSED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn add_statements(text: &str, table: &DeTable<'_>, statements: &mut Vec<usize>) {
    for (key, value) in table {
        let start = key.span().start;
        statements.push(text[..start].rfind('\n').map_or(0, |newline| newline + 1));
        // The lines of an inline table are within a value.
        if let DeValue::Table(table) = value.get_ref()
            && !text[value.span().start..].starts_with('{')
        {
            add_statements(text, table, statements);
        }
    }
}
