use clap::Command;
use clap_complete::Shell;

use crate::{Exit, failure::Failure, terminal};

/// Print a shell completion script
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook completions bash \\
      > ~/.local/share/bash-completion/completions/signalbook
  signalbook completions zsh  > ~/.zfunc/_signalbook
  signalbook completions fish > ~/.config/fish/completions/signalbook.fish")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, mut whole: Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut whole, "signalbook", &mut script);
    std::io::Write::write_all(&mut terminal::stdout(), &script)?;
    Ok(Exit::Clean)
}
