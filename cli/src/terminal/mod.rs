//! Output to people: results and findings on stdout, everything else on stderr.

pub(crate) mod interrupt;
pub(crate) mod progress;
pub(crate) mod report;

use std::{
    error::Error as _,
    fmt,
    io::{self, Write as _},
};

use anstream::{AutoStream, ColorChoice};

use crate::{
    args::{Color, Global},
    failure::Failure,
};

/// Bold, for what a line is about.
pub(crate) const BOLD: anstyle::Style = anstyle::Style::new().bold();
/// Dim, for what may be skipped.
pub(crate) const DIM: anstyle::Style = anstyle::Style::new().dimmed();
const RED: anstyle::Style = anstyle::AnsiColor::BrightRed.on_default().bold();
const GREEN: anstyle::Style = anstyle::AnsiColor::BrightGreen.on_default().bold();

/// Where the tool speaks: results on stdout, everything else on stderr.
#[derive(Debug)]
pub(crate) struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// Sets colours and logging up for the process.
    pub(crate) fn new(global: Global) -> Self {
        match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        log_to_stderr(global.verbose);
        Self { quiet: global.quiet }
    }

    /// Whether only results and findings are wanted.
    #[cfg(feature = "progress")]
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A line of the result that says no more than the exit code does: left out when quiet.
    pub(crate) fn summary(&self, line: impl fmt::Display) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { print(line) }
    }

    /// A line on stderr about what happens: left out when quiet.
    pub(crate) fn note(&self, line: impl fmt::Display) {
        if !self.quiet {
            say(format_args!("{line}"));
        }
    }
}

/// Stdout, for who prints much; colours are removed where they are not wanted.
pub(crate) fn stdout() -> AutoStream<io::StdoutLock<'static>> {
    anstream::stdout().lock()
}

/// Whether stdout shows colours.
pub(crate) fn stdout_is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// A line of the result.
pub(crate) fn print(line: impl fmt::Display) -> Result<(), Failure> {
    Ok(writeln!(stdout(), "{line}")?)
}

/// Text that ends its own lines, with its own colours.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    Ok(stdout().write_all(text.as_bytes())?)
}

/// `1 event`, `2 events`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// What one of several things suffered; the work goes on.
pub(crate) fn problem(line: impl fmt::Display) {
    say(format_args!("{RED}error{RED:#}: {line}"));
}

/// Why the tool gives up.
pub(crate) fn error(failure: &Failure) {
    say(format_args!("{RED}error{RED:#}{BOLD}: {failure}{BOLD:#}"));
    let mut cause = failure.source();
    while let Some(error) = cause {
        say(format_args!("  caused by: {error}"));
        cause = error.source();
    }
    if let Failure::Failed { help: Some(help), .. } = failure {
        say(format_args!("{GREEN}help{GREEN:#}: {help}"));
    }
}

/// Stderr that has gone away is nobody's concern.
fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(anstream::stderr).without_time().init();
}
