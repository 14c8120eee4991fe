use std::fmt;

/// What a finding is an instance of.
///
/// Rules are data: each crate that finds things has a table of them, and documentation, settings and waivers refer to
/// the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in messages, settings and waivers: words joined by hyphens, stable for ever.
    pub id: &'static str,
    /// What it is about.
    pub family: Family,
    /// Its level, unless settings change it.
    pub level: Level,
    /// Whether settings and waivers may overrule it; an error that leaves no contract may not be.
    pub adjustable: bool,
    /// What it demands and why, in a sentence or two.
    pub doc: &'static str,
    /// A change that breaks it, as its page shows it; empty where the page needs none.
    pub example: &'static str,
    /// What to do where it is broken, as its page says it.
    pub fix: &'static str,
}

impl Rule {
    /// A rule that always holds.
    pub const fn error(id: &'static str, doc: &'static str) -> Self {
        Self {
            id,
            family: Family::Registry,
            level: Level::Deny,
            adjustable: false,
            doc,
            example: "",
            fix: "",
        }
    }

    /// A rule whose level settings may change and whose findings may be waived.
    pub const fn lint(id: &'static str, level: Level, doc: &'static str) -> Self {
        Self { id, family: Family::Registry, level, adjustable: true, doc, example: "", fix: "" }
    }

    /// Sets what it is about.
    #[must_use]
    pub const fn about(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    /// Adds what its page shows: a change that breaks it, and what to do then.
    #[must_use]
    pub const fn explained(mut self, example: &'static str, fix: &'static str) -> Self {
        self.example = example;
        self.fix = fix;
        self
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// What a registry declares, or its history holds.
    Registry,
    /// Data that one version of an event writes and another cannot read.
    Wire,
    /// Data that another version of an event reads with another meaning.
    Meaning,
    /// Facts about an event that its schema does not hold.
    Facts,
    /// Rust code that uses the types of an event.
    Rust,
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
