use std::fmt::Write as _;

use super::source_range::SourceRange;
use crate::render::notes::{help, notes, severity};
use crate::{Finding, Severity, Sources};

/// The line by which a workflow finds its previous comment.
const MARK: &str = "<!-- signalbook -->";
/// GitHub allows 65536 characters in a comment. Further findings are only counted.
const LONGEST: usize = 60_000;

/// Returns a comment for a pull request: the summary, then each finding with its source line, notes and help.
pub fn markdown(findings: &[Finding], sources: &Sources, summary: &str) -> String {
    let mut comment = format!("{MARK}\n### Signalbook: {}\n", inline(summary));
    for (index, finding) in findings.iter().enumerate() {
        let section = section(finding, sources);
        if comment.len() + section.len() > LONGEST {
            let _ = writeln!(
                comment,
                "\n… and {} more findings. The log of the run contains all of them.",
                findings.len() - index
            );
            break;
        }
        comment.push_str(&section);
    }
    comment
}

fn section(finding: &Finding, sources: &Sources) -> String {
    let sign = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
    };
    let severity = severity(finding.severity);
    let mut paragraphs =
        vec![format!("#### {sign} {severity}[{}]: {}", finding.rule.id, inline(&finding.title))];
    let label = finding.primary.as_ref();
    match (label.and_then(|label| Some((label, SourceRange::of(label.span, sources)?))), &finding.path) {
        (Some((label, range)), _) => {
            let says =
                if label.text.is_empty() { String::new() } else { format!(": {}", inline(&label.text)) };
            paragraphs.push(format!("{}{says}", code(&format!("{}:{}", range.file(), range.from.line))));
            paragraphs.push(block(&range));
        }
        (None, Some(path)) => paragraphs.push(code(&path.to_string())),
        (None, None) => {}
    }
    let notes = notes(finding).into_iter().map(|note| format!("- *{}*: {}", note.label, inline(&note.text)));
    let help = help(finding).into_iter().map(|help| format!("- **{}**: {}", help.label, inline(&help.text)));
    let list: Vec<String> = notes.chain(help).collect();
    if !list.is_empty() {
        paragraphs.push(list.join("\n"));
    }
    format!("\n{}\n", paragraphs.join("\n\n"))
}

/// Returns the first line of a range as a code block.
fn block(range: &SourceRange<'_>) -> String {
    let line = range.source.line(range.from.line);
    let fence = "`".repeat(longest_run(line).max(2) + 1);
    let language = if range.file().ends_with("toml") { "toml" } else { "json" };
    format!("{fence}{language}\n{}\n{fence}", line.trim_end())
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
