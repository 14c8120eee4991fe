//! The command line of Signalbook: check, generate, publish, consume, decode.

mod args;
mod baseline;
mod bus;
mod bytes;
mod comparison;
mod failure;
mod files;
mod fix;
mod group;
mod history;
mod interrupt;
mod jsonl;
mod line;
mod lines;
mod outbox;
mod progress;
mod registry;
mod renumber;
mod report;
mod row;
mod side;
mod terminal;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Cli, failure::Failure, terminal::Terminal};

/// How a verb ended, where the tool itself did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to say against what was looked at.
    Clean,
    /// There are findings, or lines that were refused; all have been said.
    Findings,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.global);
    match verbs::run(cli.verb, &terminal) {
        // A closed pipe: whoever read our output has seen enough.
        Ok(Outcome::Clean) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(100),
        Err(failure) => {
            terminal::error(&failure);
            ExitCode::from(if matches!(failure, Failure::Failed { usage: true, .. }) { 2 } else { 1 })
        }
    }
}
