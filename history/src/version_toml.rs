//! The TOML file of an accepted version.

use std::fmt::{self, Write as _};
use std::ops::Range;

use signalbook_diagnostics::Date;
use signalbook_model::{Deprecation, Facts, KeyFact, Stability};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The contents of `<minor>.toml`: the facts of an accepted version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The SHA-256 of the schema's file, in lower-case hexadecimal digits.
    pub sha256: String,
    /// Where the event is declared.
    pub origin: Origin,
    /// The current facts.
    pub facts: Facts,
    /// The facts that were accepted before, the oldest first.
    pub superseded: Vec<Facts>,
    /// Set if the version is retired.
    pub retired: Option<Retirement>,
}

/// Where an event is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// In the registry.
    Registry,
    /// In Rust, by hand. A test accepts it, and the registry does not contain it.
    Rust,
}

/// Why and when a version was retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The reason.
    pub reason: String,
    /// The first day on which it is no longer used.
    pub on: Date,
}

/// Why a text is not an [`Entry`], and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryError {
    /// The range of the invalid bytes.
    pub span: Range<usize>,
    /// The message.
    pub message: String,
}

impl Entry {
    /// Creates the contents for a version that is accepted now.
    pub fn new(sha256: String, origin: Origin, facts: Facts) -> Self {
        Self { sha256, origin, facts, superseded: Vec::new(), retired: None }
    }

    /// Parses the file.
    ///
    /// # Errors
    /// Returns the first entry that is invalid or missing.
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        let root = DeTable::parse(text).map_err(|error| EntryError {
            span: error.span().unwrap_or(0..0),
            message: error.message().to_owned(),
        })?;
        let root = Table { entries: root.get_ref(), span: 0..0 };
        root.only(&["sha256", "origin", "facts", "retired"])?;
        let sha256 = root.require("sha256")?;
        let origin = root.require("origin")?;
        let facts = root.require("facts")?;
        let mut superseded = items(facts)?.map(read_facts).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = superseded.pop() else {
            return Err(EntryError::wrong(facts, "at least one table of facts"));
        };
        Ok(Self {
            sha256: text_of(sha256)?.to_owned(),
            origin: match text_of(origin)? {
                "registry" => Origin::Registry,
                "rust" => Origin::Rust,
                _ => return Err(EntryError::wrong(origin, "`registry` or `rust`")),
            },
            facts: last,
            superseded,
            retired: root.get("retired").map(read_retirement).transpose()?,
        })
    }

    /// Returns the range of the value of a current fact, or of all current facts if the file does not have
    /// it.
    pub(crate) fn locate(text: &str, fact: &str) -> Option<Range<usize>> {
        let root = DeTable::parse(text).ok()?;
        let facts = items(root.get_ref().get("facts")?).ok()?.last()?;
        let value = Table::of(facts).ok()?.get(fact);
        Some(value.unwrap_or(facts).span())
    }

    /// Returns the text of the file. Later changes are appended: see [`Entry::revision`] and
    /// [`Entry::retirement`].
    pub fn to_toml(&self) -> String {
        let origin = match self.origin {
            Origin::Registry => "registry",
            Origin::Rust => "rust",
        };
        let mut text = format!(
            "# The facts of the accepted schema. Signalbook appends to this file; do not edit it.\n\
             sha256 = {}\norigin = {}\n",
            quoted(&self.sha256),
            quoted(origin)
        );
        for facts in self.superseded.iter().chain([&self.facts]) {
            text.push_str(&Self::revision(facts));
        }
        if let Some(retirement) = &self.retired {
            text.push_str(&Self::retirement(retirement));
        }
        text
    }

    /// Returns the text to append if facts change.
    pub fn revision(facts: &Facts) -> String {
        let mut text = "\n[[facts]]\n".to_owned();
        let mut line = |key: &str, value: String| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        if let Some(KeyFact { path, ty }) = &facts.key {
            line("key", format!("{{ path = {}, type = {} }}", quoted(path), quoted(ty)));
        }
        if !facts.topics.is_empty() {
            let topics: Vec<_> = facts.topics.iter().map(|topic| quoted(topic)).collect();
            line("topics", format!("[{}]", topics.join(", ")));
        }
        if let Some(producer) = &facts.producer {
            line("producer", quoted(producer));
        }
        match facts.stability {
            Stability::Stable => {}
            Stability::Unstable => line("stability", quoted("unstable")),
        }
        if let Some(Deprecation { replacement, reason }) = &facts.deprecation {
            let entries = [("replacement", replacement), ("reason", reason)];
            let entries = entries.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
            let entries: Vec<_> = entries.map(|(key, value)| format!("{key} = {}", quoted(value))).collect();
            line("deprecated", format!("{{ {} }}", entries.join(", ")));
        }
        if !facts.pii.is_empty() {
            text.push_str("[facts.pii]\n");
            for (path, class) in &facts.pii {
                let _ = writeln!(text, "{} = {}", quoted(path), quoted(class));
            }
        }
        text
    }

    /// Returns the text to append if the version is retired.
    pub fn retirement(retirement: &Retirement) -> String {
        format!("\n[retired]\nreason = {}\non = {}\n", quoted(&retirement.reason), retirement.on)
    }
}

fn read_facts(value: &Spanned<DeValue<'_>>) -> Result<Facts, EntryError> {
    let table = Table::of(value)?;
    table.only(&["key", "topics", "producer", "stability", "deprecated", "pii"])?;
    let key = table.get("key").map(|value| {
        let table = Table::of(value)?;
        table.only(&["path", "type"])?;
        Ok(KeyFact {
            path: text_of(table.require("path")?)?.to_owned(),
            ty: text_of(table.require("type")?)?.to_owned(),
        })
    });
    let topics =
        table.get("topics").map(|value| items(value)?.map(|item| Ok(text_of(item)?.to_owned())).collect());
    let deprecation = table.get("deprecated").map(|value| {
        let table = Table::of(value)?;
        table.only(&["replacement", "reason"])?;
        Ok(Deprecation { replacement: table.text("replacement")?, reason: table.text("reason")? })
    });
    let pii = table.get("pii").map(|value| {
        let classes = Table::of(value)?.entries.iter();
        classes.map(|(path, class)| Ok((path.get_ref().to_string(), text_of(class)?.to_owned()))).collect()
    });
    Ok(Facts {
        key: key.transpose()?,
        topics: topics.transpose()?.unwrap_or_default(),
        producer: table.text("producer")?,
        stability: match table.get("stability") {
            None => Stability::Stable,
            Some(value) => match text_of(value)? {
                "stable" => Stability::Stable,
                "unstable" => Stability::Unstable,
                _ => return Err(EntryError::wrong(value, "`stable` or `unstable`")),
            },
        },
        deprecation: deprecation.transpose()?,
        pii: pii.transpose()?.unwrap_or_default(),
    })
}

fn read_retirement(value: &Spanned<DeValue<'_>>) -> Result<Retirement, EntryError> {
    let table = Table::of(value)?;
    table.only(&["reason", "on"])?;
    let on = table.require("on")?;
    let date = on.get_ref().as_datetime().filter(|on| on.time.is_none()).and_then(|on| on.date);
    let date = date.ok_or_else(|| EntryError::wrong(on, "a date, as in `2027-01-01` without quotes"))?;
    Ok(Retirement {
        reason: text_of(table.require("reason")?)?.to_owned(),
        on: Date { year: date.year, month: date.month, day: date.day },
    })
}

/// A table and its range.
struct Table<'a> {
    entries: &'a DeTable<'a>,
    span: Range<usize>,
}

impl<'a> Table<'a> {
    fn of(value: &'a Spanned<DeValue<'a>>) -> Result<Self, EntryError> {
        match value.get_ref() {
            DeValue::Table(entries) => Ok(Self { entries, span: value.span() }),
            _ => Err(EntryError::wrong(value, "a table")),
        }
    }

    fn only(&self, known: &[&str]) -> Result<(), EntryError> {
        match self.entries.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            Some((key, _)) => {
                Err(EntryError { span: key.span(), message: format!("unknown entry `{}`", key.get_ref()) })
            }
            None => Ok(()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    fn require(&self, key: &str) -> Result<&'a Spanned<DeValue<'a>>, EntryError> {
        self.get(key).ok_or_else(|| EntryError {
            span: self.span.clone(),
            message: format!("the entry `{key}` is missing"),
        })
    }

    fn text(&self, key: &str) -> Result<Option<String>, EntryError> {
        self.get(key).map(|value| text_of(value).map(str::to_owned)).transpose()
    }
}

fn items<'a>(
    value: &'a Spanned<DeValue<'a>>,
) -> Result<impl Iterator<Item = &'a Spanned<DeValue<'a>>>, EntryError> {
    match value.get_ref() {
        DeValue::Array(items) => Ok(items.iter()),
        _ => Err(EntryError::wrong(value, "an array")),
    }
}

fn text_of<'a>(value: &'a Spanned<DeValue<'a>>) -> Result<&'a str, EntryError> {
    value.get_ref().as_str().ok_or_else(|| EntryError::wrong(value, "a string"))
}

/// Returns a basic string (TOML 1.0, "String").
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

impl EntryError {
    fn wrong(value: &Spanned<DeValue<'_>>, expected: &str) -> Self {
        Self { span: value.span(), message: format!("expected {expected}") }
    }
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EntryError {}
