//! Prints the refused lines and the summary of `publish`.

use serde_json::json;

use crate::{
    bus::json_line::Refusal,
    failure::Failure,
    terminal::{BOLD, Terminal, count, print},
};

/// How refused lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One line per error
    Short,
    /// One JSON object per error
    Json,
}

/// Prints all errors of one line.
pub(super) fn refused(format: Format, number: u64, refusals: &[Refusal]) -> Result<(), Failure> {
    for Refusal { path, message } in refusals {
        match format {
            Format::Human => print(format_args!("{BOLD}line {number}{BOLD:#}, {path}: {message}"))?,
            Format::Short => print(format_args!("{number}: {path}: {message}"))?,
            Format::Json => print(json!({"line": number, "path": path, "message": message}))?,
        }
    }
    Ok(())
}

/// Prints how many lines were published and refused.
pub(super) fn summary(
    terminal: &Terminal,
    format: Format,
    published: usize,
    refused: usize,
    topic: &str,
) -> Result<(), Failure> {
    match format {
        Format::Json => print(json!({"topic": topic, "published": published, "refused": refused})),
        Format::Human | Format::Short => {
            let refused = match refused {
                0 => String::new(),
                refused => format!("; {} refused", count(refused, "line")),
            };
            terminal.summary(format_args!("published {} to `{topic}`{refused}", count(published, "event")))
        }
    }
}
