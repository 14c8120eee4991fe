//! The formats for tools.

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;
mod source_range;

use std::fmt;
use std::str::FromStr;

pub use github::github;
pub use gitlab::gitlab;
pub use json::json_lines;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;

use self::source_range::SourceRange;
use super::notes::{help, notes};
use super::{human, short};
use crate::{Finding, Sources};

/// An output format of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// [`human`](super::human()).
    #[default]
    Human,
    /// [`short`](super::short()).
    Short,
    /// [`json_lines`](super::json_lines()).
    Json,
    /// [`sarif`](super::sarif()).
    Sarif,
    /// [`junit`](super::junit()).
    Junit,
    /// [`github`](super::github()).
    Github,
    /// [`gitlab`](super::gitlab()).
    Gitlab,
    /// [`markdown`](super::markdown()).
    Markdown,
}

/// The error for an unknown name of a [`Format`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Human,
        Self::Short,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
    ];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Short => "short",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
        }
    }

    /// Returns a short description.
    pub fn about(self) -> &'static str {
        match self {
            Self::Human => "With source lines",
            Self::Short => "One line for each finding",
            Self::Json => "One JSON object for each finding",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Junit => "JUnit XML, for test reports",
            Self::Github => "Annotations of a GitHub workflow",
            Self::Gitlab => "A code quality report of GitLab",
            Self::Markdown => "For a comment on a pull request",
        }
    }

    /// Returns the findings in this format. `summary` is a line for the top of Markdown. `color` applies only
    /// to [`Human`](Self::Human).
    pub fn render(self, findings: &[Finding], sources: &Sources, summary: &str, color: bool) -> String {
        match self {
            Self::Human => human(findings, sources, color),
            Self::Short => short(findings, sources),
            Self::Json => json_lines(findings, sources),
            Self::Sarif => sarif(findings, sources),
            Self::Junit => junit(findings, sources),
            Self::Github => github(findings, sources),
            Self::Gitlab => gitlab(findings, sources),
            Self::Markdown => markdown(findings, sources, summary),
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let named = Self::ALL.into_iter().find(|format| format.name() == text);
        named.ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Format::ALL.map(Format::name).join(", ");
        write!(f, "`{}` is not a format: use one of {names}", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

/// Returns the finding as plain text without its location: the title, the label, the notes and the help.
fn text(finding: &Finding, sources: &Sources) -> String {
    let notes = notes(finding).into_iter().chain(help(finding)).map(|note| note.to_string());
    let title = std::iter::once(finding.title.clone());
    title.chain(says(finding, sources)).chain(notes).collect::<Vec<_>>().join("\n")
}

/// Returns the label of the location, if there is one.
fn says(finding: &Finding, sources: &Sources) -> Option<String> {
    let label = finding.primary.as_ref().filter(|label| SourceRange::of(label.span, sources).is_some())?;
    (!label.text.is_empty()).then(|| label.text.clone())
}
