//! The command line of Signalbook: check, generate, publish, consume, decode.

mod args;
mod baseline;
mod bus;
mod failure;
mod input;
mod registry;
mod terminal;
mod verbs;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::{
    args::{Color, Global},
    failure::Failure,
    terminal::Terminal,
    verbs::Verb,
};

/// Event contracts: written once in a signal registry, checked, generated, published and read.
#[derive(Debug, Parser)]
#[command(
    name = "signalbook",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "\
Begin with:
  signalbook init           a registry with one event, and what is around it
  signalbook demo           the whole line on the Open edX registry, in a folder that is thrown away

Exit codes: 0 clean, 1 the tool failed, 2 wrong usage, 100 findings or refused lines.
Results and findings go to stdout, progress and logs to stderr."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// How a verb ended, where the tool itself did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to say against what was looked at.
    Clean,
    /// There are findings, or lines that were refused; all have been said.
    Findings,
}

fn main() -> ExitCode {
    let command = Cli::command().color(Color::said(std::env::args_os()).into());
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    let terminal = Terminal::new(cli.global);
    match verbs::run(cli.verb, Cli::command, &terminal) {
        // A closed pipe: whoever read our output has seen enough.
        Ok(Outcome::Clean) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(100),
        Err(failure) => {
            terminal::error(&failure);
            ExitCode::from(if matches!(failure, Failure::Failed { usage: true, .. }) { 2 } else { 1 })
        }
    }
}
