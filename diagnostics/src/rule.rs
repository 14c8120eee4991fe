use std::fmt;

/// What a finding is an instance of.
///
/// Rules are data: each crate that finds things has a table of them, and documentation, settings and waivers refer to
/// the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in messages, settings and waivers: words joined by hyphens, stable for ever.
    pub id: &'static str,
    /// What happens when settings say nothing.
    pub level: Level,
    /// Whether settings and waivers may overrule it; an error that leaves no contract may not be.
    pub adjustable: bool,
    /// What it demands and why, in a sentence or two.
    pub doc: &'static str,
}

impl Rule {
    /// A rule that always holds.
    pub const fn error(id: &'static str, doc: &'static str) -> Self {
        Self { id, level: Level::Deny, adjustable: false, doc }
    }

    /// A rule whose level settings may change and whose findings may be waived.
    pub const fn lint(id: &'static str, level: Level, doc: &'static str) -> Self {
        Self { id, level, adjustable: true, doc }
    }
}

/// What happens when a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Allow,
    /// It is said.
    Warn,
    /// It is said, and the check fails.
    Deny,
}

impl Level {
    /// The level that settings call `word`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        })
    }
}
