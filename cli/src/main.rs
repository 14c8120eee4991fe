//! The command line of Signalbook.

mod baseline;
mod bus;
mod failure;
mod input;
mod registry;
mod shared_args;
mod terminal;
mod verbs;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::{
    failure::Failure,
    shared_args::{Color, Global},
    terminal::Terminal,
    verbs::Verb,
};

/// A toolchain for event contracts: check registries, generate schemas and code, publish and consume events
#[derive(Debug, Parser)]
#[command(
    name = "signalbook",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "\
Get started:
  signalbook init           create a registry with one event
  signalbook demo           run the whole pipeline on the Open edX registry

Exit codes: 0 success, 1 the command failed, 2 wrong usage, 100 findings or
refused lines.
Results and findings go to stdout, progress and logs to stderr."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// How a verb ended if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// There are no findings.
    Clean,
    /// There are findings or refused lines. All of them are printed.
    Findings,
}

fn main() -> ExitCode {
    let command = Cli::command().color(Color::from_args(std::env::args_os()).into());
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    let terminal = Terminal::new(cli.global);
    match verbs::run(cli.verb, Cli::command, &terminal) {
        // The reader of the output, such as `head`, closed the pipe. This is not an error.
        Ok(Exit::Clean) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(100),
        Err(failure) => {
            terminal::error(&failure);
            ExitCode::from(if matches!(failure, Failure::Failed { usage: true, .. }) { 2 } else { 1 })
        }
    }
}
