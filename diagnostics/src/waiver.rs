use std::fmt;

use crate::{Finding, Span};

/// Accepts findings, with a reason.
///
/// This struct is exhaustive: its fields are the keys of a waiver in the settings, and whoever reads settings
/// must handle each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The id of the rule.
    pub rule: String,
    /// The registry paths of the findings.
    pub on: Pattern,
    /// The event types of the findings, for findings of the evolution gate. `None` for all.
    pub event: Option<Pattern>,
    /// The accepted minor versions of the findings, for findings of the evolution gate. `None` for all.
    pub versions: Option<Vec<u32>>,
    /// The reason.
    pub reason: String,
    /// The last day before the waiver is reported as expired.
    pub until: Option<Date>,
    /// The location of the waiver.
    pub span: Option<Span>,
}

/// A path, or a pattern of paths: `*` matches any characters, including dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Waiver {
    /// Whether it accepts the finding. If the waiver has versions, all versions of the finding must be among
    /// them.
    pub fn accepts(&self, finding: &Finding) -> bool {
        let path = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
        let evidence = finding.evidence.as_deref();
        let event = self
            .event
            .as_ref()
            .is_none_or(|event| evidence.is_some_and(|evidence| event.matches(evidence.event.as_str())));
        let versions = self.versions.as_ref().is_none_or(|versions| {
            evidence.is_some_and(|evidence| evidence.old.iter().all(|minor| versions.contains(minor)))
        });
        self.rule == finding.rule.id && self.on.matches(&path) && event && versions
    }
}

impl Pattern {
    /// Creates a pattern.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole of `path` matches.
    pub fn matches(&self, path: &str) -> bool {
        let Some((head, rest)) = self.0.split_once('*') else { return self.0 == path };
        let Some(mut path) = path.strip_prefix(head) else { return false };
        let mut parts: Vec<_> = rest.split('*').collect();
        let tail = parts.pop().unwrap_or_default();
        for part in parts {
            match path.find(part) {
                Some(at) => path = &path[at + part.len()..],
                None => return false,
            }
        }
        path.ends_with(tail)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_match_whole_paths() {
        for (pattern, path, matches) in [
            ("a.b", "a.b", true),
            ("a.b", "a.b.c", false),
            ("a.*", "a.b.c", true),
            ("a.*", "a", false),
            ("*", "", true),
            ("*.c", "a.b.c", true),
            ("a.*.d", "a.b.c.d", true),
            ("a*b*b", "ab", false),
            ("a*b*b", "abxb", true),
            ("a.*#x", "a.b#y", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(path), matches, "{pattern} on {path}");
        }
    }
}
