//! Prints rows.

use std::io::{self, Write as _};

use serde::Serialize;

/// A row of results: an object of numbers and strings, in the order of its columns.
pub(crate) trait Row: Serialize {
    /// The headers of the columns.
    const HEADS: &'static [&'static str];

    /// The cells, in the order of the headers.
    fn cells(&self) -> Vec<String>;
}

/// Prints rows as a Markdown table with right-aligned numbers, or as one JSON object per line.
pub(crate) fn print<R: Row>(rows: &[R], json: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    if json {
        for row in rows {
            writeln!(out, "{}", serde_json::to_string(row)?)?;
        }
        return Ok(());
    }
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    let heads: Vec<_> = R::HEADS.iter().map(ToString::to_string).collect();
    let widths: Vec<_> = (0..heads.len())
        .map(|column| {
            cells.iter().chain([&heads]).map(|row| row[column].chars().count()).max().unwrap_or(0).max(3)
        })
        .collect();
    let is_text = |column: usize| cells.iter().all(|row| row[column].parse::<f64>().is_err());
    let mut line = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if is_text(column) { format!(" {cell:<width$} |") } else { format!(" {cell:>width$} |") }
        });
        writeln!(out, "|{}", cells.collect::<String>())
    };
    line(&heads)?;
    let rules: Vec<_> = widths
        .iter()
        .enumerate()
        .map(|(column, width)| if is_text(column) { "-".repeat(*width) } else { "-".repeat(width - 1) + ":" })
        .collect();
    line(&rules)?;
    cells.iter().try_for_each(|row| line(row))?;
    Ok(())
}
