use std::fmt;

/// What is checked. A finding is a violation of a rule.
///
/// Each crate with checks has a table of its rules. Documentation, settings and waivers refer to these
/// tables.
///
/// [`Rule::error`], [`Rule::lint`] and [`rules!`](crate::rules) make rules. The struct is exhaustive, because
/// the macro writes its fields in other crates.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in messages, settings and waivers: words joined by hyphens. It never changes.
    pub id: &'static str,
    /// What it is about.
    pub family: Family,
    /// Its default level.
    pub level: Level,
    /// Whether settings and waivers may overrule it. An error without which there is no valid registry is not
    /// adjustable.
    pub adjustable: bool,
    /// What it requires and why, in one or two sentences.
    pub doc: &'static str,
    /// An example of a violation, for documentation. May be empty.
    pub example: &'static str,
    /// How to resolve a violation, for documentation.
    pub fix: &'static str,
}

impl Rule {
    /// Creates a rule whose level cannot change and whose findings cannot be waived.
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

    /// Creates a rule whose level can change and whose findings can be waived.
    pub const fn lint(id: &'static str, level: Level, doc: &'static str) -> Self {
        Self { id, family: Family::Registry, level, adjustable: true, doc, example: "", fix: "" }
    }

    /// Adds an example of a violation and how to resolve it.
    #[must_use]
    pub const fn explained(mut self, example: &'static str, fix: &'static str) -> Self {
        self.example = example;
        self.fix = fix;
        self
    }
}

/// Declares rules whose level settings may change, and the table of them.
///
/// ```
/// signalbook_diagnostics::rules! {
///     /// The rules of this crate.
///     pub static RULES;
///
///     KEY_CHANGED = "key-changed", Facts, Deny,
///         doc: "The key of an event stays the same.",
///         example: r#"key = "order.id"    # was: "order.customer""#,
///         fix: "keep the key, or make a new major version of the event";
/// }
/// assert_eq!(RULES, [&KEY_CHANGED]);
/// ```
#[macro_export]
macro_rules! rules {
    (
        $(#[$about:meta])* $visibility:vis static $table:ident;
        $(
            $name:ident = $id:literal, $family:ident, $level:ident,
            doc: $doc:literal,
            example: $example:literal,
            fix: $fix:literal;
        )+
    ) => {
        $(
            pub(crate) static $name: $crate::Rule = $crate::Rule {
                id: $id,
                family: $crate::Family::$family,
                level: $crate::Level::$level,
                adjustable: true,
                doc: $doc,
                example: $example,
                fix: $fix,
            };
        )+

        $(#[$about])*
        $visibility static $table: &[&$crate::Rule] = &[$(&$name),+];
    };
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// The declarations of a registry, or its history.
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

/// What happens if a rule is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is reported.
    Allow,
    /// A warning is reported.
    Warn,
    /// An error is reported, and the check fails.
    Deny,
}

impl Level {
    /// Returns the level with the name `word` in settings.
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
