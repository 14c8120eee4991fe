//! Output: results and findings to stdout, everything else to stderr.

pub(crate) mod findings_report;
pub(crate) mod progress;

use std::{
    error::Error as _,
    fmt,
    io::{self, Write as _},
};

use anstream::{AutoStream, ColorChoice};

use crate::{
    failure::Failure,
    shared_args::{Color, Global},
};

/// Bold, for the subject of a line.
pub(crate) const BOLD: anstyle::Style = anstyle::Style::new().bold();
/// Dim, for minor details.
pub(crate) const DIM: anstyle::Style = anstyle::Style::new().dimmed();
const RED: anstyle::Style = anstyle::AnsiColor::BrightRed.on_default().bold();
const GREEN: anstyle::Style = anstyle::AnsiColor::BrightGreen.on_default().bold();

/// Prints results to stdout and everything else to stderr.
#[derive(Debug)]
pub(crate) struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// Sets up colours and logging for the process.
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

    /// Whether to print only results and findings.
    #[cfg(feature = "progress")]
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints a line that only repeats the exit code in words, unless quiet.
    pub(crate) fn summary(&self, line: impl fmt::Display) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { print(line) }
    }

    /// Prints a line to stderr, unless quiet.
    pub(crate) fn note(&self, line: impl fmt::Display) {
        if !self.quiet {
            say(format_args!("{line}"));
        }
    }
}

/// Locks stdout. Colours are removed if they are off.
pub(crate) fn stdout() -> AutoStream<io::StdoutLock<'static>> {
    anstream::stdout().lock()
}

/// Whether stdout shows colours.
pub(crate) fn stdout_is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Prints a line of the result.
pub(crate) fn print(line: impl fmt::Display) -> Result<(), Failure> {
    Ok(writeln!(stdout(), "{line}")?)
}

/// Prints text that contains its own line ends and colours.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    Ok(stdout().write_all(text.as_bytes())?)
}

/// `1 event`, `2 events`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Prints an error about one item; the command continues.
pub(crate) fn problem(line: impl fmt::Display) {
    say(format_args!("{RED}error{RED:#}: {line}"));
}

/// Prints why the command failed.
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

/// Prints a line to stderr. Errors of stderr are ignored.
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
