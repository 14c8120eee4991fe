//! How `publish` says what it refused.

use serde_json::json;

use crate::{
    args::FindingFormat,
    failure::Failure,
    line::Refusal,
    terminal::{BOLD, Terminal, count, print},
};

/// All that is wrong with one line.
pub(super) fn refused(format: FindingFormat, number: u64, refusals: &[Refusal]) -> Result<(), Failure> {
    for Refusal { path, message } in refusals {
        match format {
            FindingFormat::Human => print(format_args!("{BOLD}line {number}{BOLD:#}, {path}: {message}"))?,
            FindingFormat::Short => print(format_args!("{number}: {path}: {message}"))?,
            FindingFormat::Json => print(json!({"line": number, "path": path, "message": message}))?,
        }
    }
    Ok(())
}

/// What became of all lines.
pub(super) fn summary(
    terminal: &Terminal,
    format: FindingFormat,
    published: usize,
    refused: usize,
    topic: &str,
) -> Result<(), Failure> {
    match format {
        FindingFormat::Json => print(json!({"topic": topic, "published": published, "refused": refused})),
        FindingFormat::Human | FindingFormat::Short => {
            let refused = match refused {
                0 => String::new(),
                refused => format!("; {} refused", count(refused, "line")),
            };
            terminal.summary(format_args!("published {} to `{topic}`{refused}", count(published, "event")))
        }
    }
}
