//! What cannot be read of a baseline. A comparison without it could miss what breaks.

use std::error::Error;

use signalbook_diagnostics::Pattern;

use super::Baseline;
use crate::{
    failure::Failure,
    terminal::{Terminal, count},
};

/// A file or a subject that cannot be read, and could be of an event of the registry.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    /// The path of the file, or the name of the subject.
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl Baseline {
    /// Checks that everything was read, except for what the user allows.
    ///
    /// # Errors
    /// Returns a failure that names everything that could not be read.
    pub(super) fn demand_whole(&self, allowed: &[Pattern], terminal: &Terminal) -> Result<(), Failure> {
        let is_allowed = |unread: &&Unread| allowed.iter().any(|glob| glob.matches(&unread.name));
        let (passed_over, unread): (Vec<_>, Vec<_>) = self.unread.iter().partition(is_allowed);
        for Unread { name, reason } in passed_over {
            terminal.note(format_args!("note: `{name}` is left out: {reason}"));
        }
        for glob in allowed {
            if !self.unread.iter().any(|unread| glob.matches(&unread.name)) {
                let glob = glob.as_str();
                terminal.note(format_args!("note: `--allow-unread {glob}` matches nothing that is unread"));
            }
        }
        let Some(first) = unread.first() else { return Ok(()) };
        let list: Vec<_> =
            unread.iter().map(|Unread { name, reason }| format!("\n  `{name}`: {reason}")).collect();
        let message = format!(
            "{} of {} cannot be read, so it is not known what breaks{}",
            count(unread.len(), "part"),
            self.name,
            list.concat()
        );
        Err(Failure::new(message).help(format!(
            "correct the baseline, or go on without what you name: `--allow-unread '{}'`",
            first.name
        )))
    }
}

/// Parses the argument of `--allow-unread`. A pattern for everything is refused.
pub(super) fn parse_allowed(glob: &str) -> Result<Pattern, String> {
    let name = [".avsc", ".toml"].iter().find_map(|extension| glob.strip_suffix(extension)).unwrap_or(glob);
    if name.contains(char::is_alphanumeric) {
        Ok(Pattern::new(glob))
    } else {
        Err("name the files or subjects to leave out: a pattern for all of them is not allowed".to_owned())
    }
}

/// The message of an error with those of its causes.
pub(super) fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
