use signalbook_model::Path;

use crate::{Evidence, Level, Locate, Rule, Span};

/// One thing that was found: where, why it matters, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What was found, in a line that can be understood alone.
    pub title: String,
    /// The place in the registry: `com.example.shop.Order.coupon`.
    pub path: Option<Path>,
    /// The place in a file, where there is a file.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What else one should know.
    pub notes: Vec<String>,
    /// What to do, in words.
    pub help: Vec<String>,
    /// What to do, as changes to the text; each is one way out.
    pub suggestions: Vec<Suggestion>,
    /// How bad it is at most, whatever the level of its rule.
    pub at_most: Severity,
    /// The evidence of a finding about versions of an event.
    pub evidence: Option<Box<Evidence>>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The check passes all the same.
    Warning,
    /// The check fails.
    Error,
}

/// A place, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say; may be empty.
    pub text: String,
}

/// A way out that a tool can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What the change does.
    pub message: String,
    /// Whether `--fix` may make it unasked.
    pub safe: bool,
    /// The changes, which belong together.
    pub edits: Vec<Edit>,
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What takes its place.
    pub replacement: String,
}

impl Finding {
    /// A finding of `rule` at its default level, without a place.
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

    /// Sets the place in the registry.
    #[must_use]
    pub fn on(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Sets the place in a file.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds a place that explains the first.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Sets the location in a file to where `locate` finds the registry path, if it does.
    #[must_use]
    pub fn located(self, locate: &dyn Locate) -> Self {
        match self.path.as_ref().and_then(|path| locate.registry(path)) {
            Some(span) => self.at(span, ""),
            None => self,
        }
    }

    /// Adds something one should know.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a change of one stretch of text that would settle it.
    #[must_use]
    pub fn suggest(mut self, message: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        let edits = vec![Edit { span, replacement: replacement.into() }];
        self.suggestions.push(Suggestion { message: message.into(), safe: false, edits });
        self
    }
}
