//! Small edits of TOML text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::document::Document;

/// A range of a text, and its replacement.
pub(super) struct Change {
    pub(super) range: Range<usize>,
    pub(super) replacement: String,
}

/// A key and its value.
pub(super) type Entry<'a> = (&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>);

/// Returns the entry at the path `keys`.
pub(super) fn find<'a>(root: &'a DeTable<'a>, keys: &[String]) -> Option<Entry<'a>> {
    let (last, tables) = keys.split_last()?;
    let mut table = root;
    for key in tables {
        table = table.get(key.as_str())?.get_ref().as_table()?;
    }
    table.get_key_value(last.as_str())
}

/// Adds an entry to the table at `span`: in its braces, or on a new line after an entry of `after`, or on the
/// first line.
pub(super) fn set(
    document: &Document<'_>,
    span: Range<usize>,
    table: &DeTable<'_>,
    key: &str,
    value: &str,
    after: &[&str],
) -> Option<Change> {
    let Document { text, newline, .. } = document;
    if text.get(span.clone())?.starts_with('{') {
        let body = text.get(span.start + 1..span.end.checked_sub(1)?)?.trim_end();
        let at = span.start + 1 + body.len();
        let separator = if body.is_empty() || body.ends_with(',') { " " } else { ", " };
        return Some(Change { range: at..at, replacement: format!("{separator}{key} = {value}") });
    }
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let lines: Vec<_> = table.iter().filter(|(_, value)| is_on_its_line(text, value)).collect();
    let anchors = lines.iter().filter(|(key, _)| after.contains(&key.get_ref().as_ref()));
    let anchor = anchors.max_by_key(|(key, _)| key.span().start);
    if let Some((known, last)) = anchor.or_else(|| lines.iter().min_by_key(|(key, _)| key.span().start)) {
        let start = known.span().start;
        let before = &text[line_start(start)..start];
        let width = text[start..].find('=').unwrap_or_default().max(key.len() + 1);
        let line = format!("{before}{key:<width$}= {value}");
        let end = last.span().end;
        let is_after = after.contains(&known.get_ref().as_ref());
        let (at, replacement) = if !is_after {
            (line_start(start), format!("{line}{newline}"))
        } else if let Some(length) = text[end..].find('\n') {
            (end + length + 1, format!("{line}{newline}"))
        } else {
            (text.len(), format!("{newline}{line}{newline}"))
        };
        return Some(Change { range: at..at, replacement });
    }
    // Only subtables have headers. Add a header for this table before the first of them.
    let (below, _) = table.iter().min_by_key(|(key, _)| key.span().start)?;
    let at = line_start(below.span().start);
    let header = text[at..below.span().start].trim_end().strip_suffix('.')?;
    header.starts_with('[').then(|| Change {
        range: at..at,
        replacement: format!("{header}]{newline}{key} = {value}{newline}{newline}"),
    })
}

/// Returns true if a value is written after its key, not below a header or with dotted keys.
fn is_on_its_line(text: &str, value: &Spanned<DeValue<'_>>) -> bool {
    !value.get_ref().is_table() || text[value.span().start..].starts_with('{')
}

/// Adds items at the end of the array at `span`, in the layout of the existing items.
pub(super) fn push(text: &str, span: Range<usize>, known: &[Range<usize>], items: &[String]) -> Change {
    let Some(last) = known.last() else {
        return Change { range: span, replacement: format!("[{}]", items.join(", ")) };
    };
    let line = text[..last.start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &text[line..last.start];
    let rest = text[last.end..span.end - 1].trim_end();
    if line > span.start && indent.trim().is_empty() {
        // One item on each line, possibly followed by a comment.
        let newline = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
        let separator = format!(",{newline}{indent}");
        let more = items.join(&separator);
        if rest.trim_start().starts_with(',') {
            let at = last.end + rest.len();
            return Change { range: at..at, replacement: format!("{newline}{indent}{more},") };
        }
        return Change { range: last.end..last.end, replacement: format!("{separator}{more}") };
    }
    Change { range: last.end..last.end, replacement: format!(", {}", items.join(", ")) }
}
