use signalbook_model::Path;

use crate::{Evidence, Level, Locate, Rule, Span};

/// One violation of a rule, with its location and what to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that is violated.
    pub rule: &'static Rule,
    /// How the finding counts.
    pub severity: Severity,
    /// The message, in one line.
    pub title: String,
    /// The registry path: `com.example.shop.Order.coupon`.
    pub path: Option<Path>,
    /// The location in a file, if there is one.
    pub primary: Option<Label>,
    /// Other locations that explain it.
    pub secondary: Vec<Label>,
    /// Additional information.
    pub notes: Vec<String>,
    /// What to do, as text.
    pub help: Vec<String>,
    /// What to do, as text edits. Each suggestion is an alternative.
    pub suggestions: Vec<Suggestion>,
    /// The largest severity, for any level of the rule.
    pub at_most: Severity,
    /// The evidence of a finding about versions of an event.
    pub evidence: Option<Box<Evidence>>,
}

/// How a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The check passes.
    Warning,
    /// The check fails.
    Error,
}

/// A location with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The location.
    pub span: Span,
    /// The text. May be empty.
    pub text: String,
}

/// A fix as text edits, which a tool can make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// What the change does.
    pub message: String,
    /// Whether `--fix` makes it.
    pub safe: bool,
    /// The edits. All of them must be made.
    pub edits: Vec<Edit>,
}

impl Suggestion {
    /// Creates a suggestion. `safe` is whether `--fix` makes it.
    pub fn new(message: impl Into<String>, safe: bool, edits: Vec<Edit>) -> Self {
        Self { message: message.into(), safe, edits }
    }
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The span to replace. Empty for an insertion.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

impl Finding {
    /// Creates a finding of `rule` at its default level, without a location.
    pub fn new(rule: &'static Rule, title: impl Into<String>) -> Self {
        Self {
            rule,
            severity: match rule.level {
                Level::Allow | Level::Warn => Severity::Warning,
                Level::Deny => Severity::Error,
            },
            title: title.into(),
            path: None,
            primary: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            suggestions: Vec::new(),
            at_most: Severity::Error,
            evidence: None,
        }
    }

    /// Sets the registry path.
    #[must_use]
    pub fn on(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Sets the location in a file.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another location that explains the finding.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Sets the location in a file to that of the registry path, if `locate` finds it.
    #[must_use]
    pub fn located(self, locate: &dyn Locate) -> Self {
        match self.path.as_ref().and_then(|path| locate.registry(path)) {
            Some(span) => self.at(span, ""),
            None => self,
        }
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a help text.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a suggestion with one edit.
    #[must_use]
    pub fn suggest(mut self, message: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        let edits = vec![Edit { span, replacement: replacement.into() }];
        self.suggestions.push(Suggestion::new(message, false, edits));
        self
    }
}
