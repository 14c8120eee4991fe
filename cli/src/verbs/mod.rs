//! The verbs, one file for each: its arguments, its help, and its code.

mod accept;
mod breaking;
mod check;
mod compat;
mod completions;
mod consume;
mod decode;
#[cfg(feature = "demo")]
mod demo;
mod diff;
mod explain;
mod export;
mod generate;
mod import;
mod init;
mod publish;
mod retire;
mod show;

use clap::{Command, Subcommand};

use crate::{Exit, failure::Failure, terminal::Terminal};

/// What a run of the command line does, with its arguments. Help lists the verbs in this order.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(init::Args),
    Check(check::Args),
    Accept(accept::Args),
    Retire(retire::Args),
    Compat(compat::Args),
    Breaking(breaking::Args),
    Diff(diff::Args),
    Generate(generate::Args),
    Show(show::Args),
    Publish(publish::Args),
    Consume(consume::Args),
    Decode(decode::Args),
    Export(export::Args),
    Import(import::Args),
    #[cfg(feature = "demo")]
    Demo(demo::Args),
    Explain(explain::Args),
    Completions(completions::Args),
}

/// Runs the verb. `whole` makes the command line with all verbs.
pub(crate) fn run(verb: Verb, whole: fn() -> Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match verb {
        Verb::Init(args) => init::run(&args, terminal),
        Verb::Check(args) => check::run(&args, terminal),
        Verb::Accept(args) => accept::run(&args, terminal),
        Verb::Retire(args) => retire::run(&args, terminal),
        Verb::Compat(args) => compat::run(&args, terminal),
        Verb::Breaking(args) => breaking::run(&args, terminal),
        Verb::Diff(args) => diff::run(&args, terminal),
        Verb::Generate(args) => generate::run(&args, terminal),
        Verb::Show(args) => show::run(&args),
        Verb::Publish(args) => publish::run(&args, terminal),
        Verb::Consume(args) => consume::run(&args, terminal),
        Verb::Decode(args) => decode::run(&args, terminal),
        Verb::Export(args) => export::run(&args, terminal),
        Verb::Import(args) => import::run(&args, terminal),
        #[cfg(feature = "demo")]
        Verb::Demo(args) => demo::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Completions(args) => completions::run(&args, whole()),
    }
}
