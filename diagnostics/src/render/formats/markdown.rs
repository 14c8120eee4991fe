use std::borrow::Cow;
use std::fmt::Write as _;

use super::source_range::SourceRange;
use crate::render::notes::{help, notes, severity};
use crate::{Finding, Severity, Sources};

/// The line by which a workflow finds its previous comment.
const MARK: &str = "<!-- signalbook -->";
/// GitHub allows 65536 characters in a comment. Further findings are only counted.
const LONGEST: usize = 60_000;
/// The maximum number of characters of the summary.
const LONGEST_SUMMARY: usize = 2000;

/// How much of a finding is shown.
#[derive(Clone, Copy)]
struct Limits {
    /// The maximum number of characters of a text.
    text: usize,
    /// The maximum number of notes, and of helps.
    items: usize,
}

const WHOLE: Limits = Limits { text: usize::MAX, items: usize::MAX };

/// Returns a comment for a pull request: the summary, then each finding with its source line, notes and help.
/// If the first finding does not fit into a comment, its texts are cut.
pub fn markdown(findings: &[Finding], sources: &Sources, summary: &str) -> String {
    let mut comment = format!("{MARK}\n### Signalbook: {}\n", inline(&shortened(summary, LONGEST_SUMMARY)));
    for (index, finding) in findings.iter().enumerate() {
        let section = section(finding, sources, WHOLE);
        if comment.len() + section.len() <= LONGEST {
            comment.push_str(&section);
            continue;
        }
        let mut left = findings.len() - index;
        if index == 0 {
            comment.push_str(&cut_section(finding, sources, LONGEST - comment.len()));
            left -= 1;
        }
        let _ = match left {
            0 => writeln!(comment, "\nThe log of the run contains the whole finding."),
            1 => writeln!(comment, "\n… and 1 more finding. The log of the run contains all of them."),
            _ => writeln!(comment, "\n… and {left} more findings. The log of the run contains all of them."),
        };
        break;
    }
    comment
}

/// Returns the section of a finding whose texts are cut so that it has at most `room` bytes.
fn cut_section(finding: &Finding, sources: &Sources, room: usize) -> String {
    let mut limits = Limits { text: LONGEST / 8, items: 16 };
    loop {
        let section = section(finding, sources, limits);
        // With empty texts, every section fits.
        if section.len() <= room || limits.text == 0 {
            return section;
        }
        limits.text /= 2;
    }
}

fn section(finding: &Finding, sources: &Sources, limits: Limits) -> String {
    let sign = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
    };
    let severity = severity(finding.severity);
    let text = |text: &str| inline(&shortened(text, limits.text));
    let mut paragraphs =
        vec![format!("#### {sign} {severity}[{}]: {}", finding.rule.id, text(&finding.title))];
    let label = finding.primary.as_ref();
    match (label.and_then(|label| Some((label, SourceRange::of(label.span, sources)?))), &finding.path) {
        (Some((label, range)), _) => {
            let says = if label.text.is_empty() { String::new() } else { format!(": {}", text(&label.text)) };
            let file = shortened(&range.file(), limits.text).into_owned();
            paragraphs.push(format!("{}{says}", code(&format!("{file}:{}", range.from.line))));
            paragraphs.push(block(&range, limits));
        }
        (None, Some(path)) => paragraphs.push(code(&shortened(&path.to_string(), limits.text))),
        (None, None) => {}
    }
    let notes = notes(finding).into_iter().take(limits.items);
    let notes = notes.map(|note| format!("- *{}*: {}", note.label, text(&note.text)));
    let help = help(finding).into_iter().take(limits.items);
    let help = help.map(|help| format!("- **{}**: {}", help.label, text(&help.text)));
    let list: Vec<String> = notes.chain(help).collect();
    if !list.is_empty() {
        paragraphs.push(list.join("\n"));
    }
    format!("\n{}\n", paragraphs.join("\n\n"))
}

/// Returns at most `longest` characters of the text. A cut text ends in `…`.
fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Returns the first line of a range as a code block.
fn block(range: &SourceRange<'_>, limits: Limits) -> String {
    let line = &*shortened(range.source.line(range.from.line).trim_end(), limits.text);
    let fence = "`".repeat(longest_run(line).max(2) + 1);
    let language = if range.file().ends_with("toml") { "toml" } else { "json" };
    format!("{fence}{language}\n{line}\n{fence}")
}

/// Returns text as Markdown. Text between backticks is code, and everything else is escaped.
fn inline(text: &str) -> String {
    let mut parts = text.split('`');
    let mut inline = plain(parts.next().unwrap_or_default());
    while let Some(inner) = parts.next() {
        if let Some(after) = parts.next() {
            inline.push_str(&code(inner));
            inline.push_str(&plain(after));
        } else {
            inline.push_str("\\`");
            inline.push_str(&plain(inner));
        }
    }
    inline
}

fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let text = text.replace(['\n', '\r'], " ");
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Escapes Markdown, HTML and mentions.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '@' => plain.push_str("&#64;"),
            '#' => plain.push_str("&#35;"),
            '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                plain.push('\\');
                plain.push(c);
            }
            '\n' | '\r' => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
