//! One file a verb: its arguments, its help, and what it calls.

mod completions;
mod init;

use clap::Subcommand;

use crate::{Outcome, failure::Failure, terminal::Terminal};

/// What the tool can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(init::Args),
    Completions(completions::Args),
}

/// Does it.
pub(crate) fn run(verb: Verb, terminal: &Terminal) -> Result<Outcome, Failure> {
    match verb {
        Verb::Init(args) => init::run(&args, terminal),
        Verb::Completions(args) => completions::run(&args),
    }
}
