//! Reads the files of a history, and checks them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use signalbook_diagnostics::{FileId, Finding, Sources, Span};
use signalbook_model::{Name, Path, Schema};

use crate::rules::{
    ACCEPTED_FILE_MISSING, ACCEPTED_FILE_UNREADABLE, ACCEPTED_SCHEMA_EDITED, LEGACY_SCHEMA, STRAY_FILE,
};
use crate::{Accepted, Entry, Files, History};

/// The result of reading a history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Read {
    /// The versions whose files can be read.
    pub history: History,
    /// The findings, in the order of the files. Levels and waivers are not applied.
    pub findings: Vec<Finding>,
}

impl History {
    /// Reads a history from its files. `folder` is the name of the history's folder in findings. The files of
    /// the findings are added to `sources`.
    pub fn read(files: &Files, folder: &str, sources: &mut Sources) -> Read {
        let mut reader = Reader { folder, sources, findings: Vec::new() };
        let mut pairs: BTreeMap<(&str, u32), Pair<'_>> = BTreeMap::new();
        for (path, bytes) in files {
            match parse_path(path) {
                Some((event_type, minor, FileKind::Schema)) => {
                    pairs.entry((event_type, minor)).or_default().schema = Some((path, bytes));
                }
                Some((event_type, minor, FileKind::Entry)) => {
                    pairs.entry((event_type, minor)).or_default().entry = Some((path, bytes));
                }
                // Files for other tools, such as `.gitattributes`.
                None if path.rsplit('/').next().is_some_and(|name| name.starts_with('.')) => {}
                None => reader.stray(path),
            }
        }
        let mut history = Self::default();
        let mut last: Option<(&str, u32)> = None;
        for ((event_type, minor), pair) in pairs {
            let event = Name::new(event_type);
            if let Some((_, before)) = last.filter(|(of, before)| *of == event_type && before + 1 < minor) {
                reader.gap(&event, before + 1, minor);
            }
            last = Some((event_type, minor));
            if let Some(accepted) = reader.version(&event, minor, &pair) {
                history.events.entry(event).or_default().push(accepted);
            }
        }
        Read { history, findings: reader.findings }
    }
}

/// The two files of a version, each with its path.
#[derive(Default)]
struct Pair<'a> {
    schema: Option<(&'a str, &'a [u8])>,
    entry: Option<(&'a str, &'a [u8])>,
}

pub(crate) enum FileKind {
    Schema,
    Entry,
}

/// Returns the event type, the minor version and the kind of the file at `path`. Returns `None` if it is not
/// a file of a history.
pub(crate) fn parse_path(path: &str) -> Option<(&str, u32, FileKind)> {
    let (event_type, file) = path.split_once('/')?;
    let (number, extension) = file.split_once('.')?;
    let kind = match extension {
        "avsc" => FileKind::Schema,
        "toml" => FileKind::Entry,
        _ => return None,
    };
    let minor = number.parse().ok()?;
    let is_plain = |minor: u32| minor.to_string() == number;
    (!event_type.is_empty() && is_plain(minor)).then_some((event_type, minor, kind))
}

struct Reader<'a> {
    folder: &'a str,
    sources: &'a mut Sources,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn version(&mut self, event: &Name, minor: u32, pair: &Pair<'_>) -> Option<Accepted> {
        let missing = match (pair.schema, pair.entry) {
            (Some((schema_path, schema)), Some((entry_path, entry))) => {
                let entry = self.entry(event, entry_path, entry);
                let schema = self.schema(event, schema_path, schema, entry.as_ref().map(|(entry, _)| entry));
                let ((schema, text), (entry, entry_text)) = schema.zip(entry)?;
                return Some(Accepted { minor, schema, text, entry, entry_text });
            }
            (None, _) => "avsc",
            (_, None) => "toml",
        };
        let path = format!("{event}/{minor}.{missing}");
        let title = format!("`{}/{path}` is missing", self.folder);
        let help = "restore it; if the version was never merged, remove its other file and run `signalbook \
                    accept`";
        self.missing(event, &path, Finding::new(&ACCEPTED_FILE_MISSING, title).help(help));
        None
    }

    fn schema(
        &mut self,
        event: &Name,
        path: &str,
        bytes: &[u8],
        entry: Option<&Entry>,
    ) -> Option<(Schema, String)> {
        if let Some(entry) = entry {
            self.compare(event, path, bytes, entry);
        }
        let text = self.text(event, path, bytes)?;
        match Schema::parse_lenient(text) {
            Ok((schema, irregularities)) => {
                for irregular in irregularities {
                    let title = format!("the accepted schema is irregular: {irregular}");
                    let finding = Finding::new(&LEGACY_SCHEMA, title).on(Path::Event(event.clone()));
                    let finding = self.at(finding, path, text, 0..0, "used unchanged");
                    self.findings.push(finding);
                }
                Some((schema, text.to_owned()))
            }
            Err(error) => {
                let title = format!("the accepted schema cannot be read: {error}");
                self.unreadable(event, path, text, 0..0, title, "not an Avro schema");
                None
            }
        }
    }

    /// Adds a finding if the bytes of the schema are not the accepted ones.
    fn compare(&mut self, event: &Name, path: &str, bytes: &[u8], entry: &Entry) {
        if sha256(bytes) == entry.sha256 {
            return;
        }
        let title = format!("the accepted schema `{}/{path}` was edited", self.folder);
        let unix: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
        let mut finding = Finding::new(&ACCEPTED_SCHEMA_EDITED, title).on(Path::Event(event.clone()));
        finding = if sha256(&unix) == entry.sha256 {
            finding
                .note("only its line endings changed")
                .help("prevent git from changing them: add `*.avsc -text` to the history's `.gitattributes`")
        } else {
            finding.help("restore it; to change the schema, accept a new minor version")
        };
        let text = String::from_utf8_lossy(bytes);
        let finding = self.at(finding, path, &text, 0..0, "its SHA-256 differs from the accepted one");
        self.findings.push(finding);
    }

    fn entry(&mut self, event: &Name, path: &str, bytes: &[u8]) -> Option<(Entry, String)> {
        let text = self.text(event, path, bytes)?;
        match Entry::parse(text) {
            Ok(entry) => Some((entry, text.to_owned())),
            Err(error) => {
                let title = format!("the facts of an accepted version cannot be read: {}", error.message);
                self.unreadable(event, path, text, error.span, title, "here");
                None
            }
        }
    }

    fn text<'b>(&mut self, event: &Name, path: &str, bytes: &'b [u8]) -> Option<&'b str> {
        match str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let text = String::from_utf8_lossy(bytes);
                let start = error.valid_up_to();
                let title = "an accepted file is not UTF-8".to_owned();
                self.unreadable(event, path, &text, start..start, title, "here");
                None
            }
        }
    }

    fn unreadable(
        &mut self,
        event: &Name,
        path: &str,
        text: &str,
        range: std::ops::Range<usize>,
        title: String,
        label: &str,
    ) {
        let finding = Finding::new(&ACCEPTED_FILE_UNREADABLE, title).on(Path::Event(event.clone())).help(
            if text.contains("<<<<<<<") {
                "a merge left conflict markers in it: `signalbook accept --renumber REF` takes the version \
                 of REF and accepts this one as the next minor version"
            } else {
                "restore the accepted file"
            },
        );
        let finding = self.at(finding, path, text, range, label);
        self.findings.push(finding);
    }

    fn gap(&mut self, event: &Name, first: u32, after: u32) {
        let title = if first + 1 == after {
            format!("minor {first} of `{event}` is missing from the history")
        } else {
            format!("minors {first} to {} of `{event}` are missing from the history", after - 1)
        };
        let finding = Finding::new(&ACCEPTED_FILE_MISSING, title)
            .help("restore their files; versions that are no longer used are retired, not removed");
        self.missing(event, &format!("{event}/{first}.avsc"), finding);
    }

    /// Adds a finding whose location is the missing file.
    fn missing(&mut self, event: &Name, path: &str, finding: Finding) {
        let finding = self.at(finding, path, "", 0..0, "missing file");
        self.findings.push(finding.on(Path::Event(event.clone())));
    }

    fn stray(&mut self, path: &str) {
        let title = format!("`{}/{path}` is not a file of a history", self.folder);
        self.findings.push(Finding::new(&STRAY_FILE, title).help("remove it, or move it out of the history"));
    }

    fn at(
        &mut self,
        finding: Finding,
        path: &str,
        text: &str,
        range: std::ops::Range<usize>,
        label: &str,
    ) -> Finding {
        let file = self.file(path, text);
        finding.at(Span { file, start: range.start, end: range.end }, label)
    }

    fn file(&mut self, path: &str, text: &str) -> FileId {
        self.sources.add(format!("{}/{path}", self.folder), text)
    }
}

/// Returns the SHA-256 of `bytes`, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
