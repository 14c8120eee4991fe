//! Finds versions in files: declarations, accepted versions, and schemas alone.

use std::collections::BTreeMap;

use signalbook_codegen::tool::{Options, check};
use signalbook_diagnostics::{Severity, Sources, render};
use signalbook_gate::{Side, Version};
use signalbook_history::{Files, History};
use signalbook_model::{Facts, Name, Registry, Schema, Type};

use super::{Baseline, declared_locations::Declared, file_tree::Tree};
use crate::{failure::Failure, registry::history::Ledger, terminal::count};

/// The source of versions, for the names in messages.
#[derive(Clone, Copy, Debug)]
pub(super) enum Labels<'a> {
    /// The history of the registry.
    Accepted,
    /// A commit, and a folder from the top of the repository.
    At { revision: &'a str, folder: &'a str },
    /// A folder on the disk.
    Below(&'a str),
    #[cfg(feature = "archive")]
    /// An archive, and a folder in it that ends in `/` or is empty.
    Packed { archive: &'a str, folder: &'a str },
}

impl Labels<'_> {
    fn minor(self, minor: u32) -> String {
        self.label(format!("minor {minor}"))
    }

    /// The label of a version: its name, and where it is.
    fn label(self, version: String) -> String {
        match self {
            Self::Accepted => version,
            Self::At { revision, .. } => format!("{version} at `{revision}`"),
            Self::Below(folder) => format!("{version} in `{folder}`"),
            #[cfg(feature = "archive")]
            Self::Packed { archive, .. } => format!("{version} in `{archive}`"),
        }
    }

    /// The name of a file in findings.
    fn source(self, file: &str) -> String {
        match self {
            Self::Accepted => file.to_owned(),
            Self::At { revision, folder: "" } => format!("{file} at {revision}"),
            Self::At { revision, folder } => format!("{folder}/{file} at {revision}"),
            Self::Below(folder) => format!("{}/{file}", folder.trim_end_matches('/')),
            #[cfg(feature = "archive")]
            Self::Packed { archive, folder } => format!("{folder}{file} in {archive}"),
        }
    }
}

impl Tree {
    /// Reads the versions in the files. A registry has its accepted versions and its declarations. A folder
    /// without declarations has accepted versions, or schemas of any name.
    pub(super) fn into_baseline(
        self,
        name: String,
        labels: Labels<'_>,
        now: &Registry,
        sources: &mut Sources,
    ) -> Result<Baseline, Failure> {
        let mut add = |path: &str, text: &str| sources.add_elsewhere(labels.source(path), text);
        let mut baseline = Baseline::new(name);
        let (declarations, others): (Files, Files) =
            self.into_files().into_iter().partition(|(path, _)| is_declaration(path));
        if !declarations.is_empty() {
            let accepted =
                |(path, bytes): (String, _)| Some((path.strip_prefix("history/")?.to_owned(), bytes));
            let accepted = others.into_iter().filter_map(accepted).collect();
            let read = History::read(&accepted, "history", &mut Sources::new());
            baseline.accepted(&read.history, labels);
            baseline.texts = read.history.texts_by(&mut |path, text| add(&format!("history/{path}"), text));
            for known in baseline.side.events.values_mut() {
                known.declared = false;
            }
            baseline.declare(&declarations, labels, sources)?;
        } else if others.keys().any(|path| matches!(path.rsplit_once('.'), Some((_, "toml")))) {
            let read = History::read(&others, &baseline.name, &mut Sources::new());
            baseline.warnings.extend(read.findings.into_iter().map(|finding| finding.title));
            baseline.accepted(&read.history, labels);
            baseline.texts = read.history.texts_by(&mut add);
        } else {
            baseline.collect(&others, labels, now, sources);
        }
        Ok(baseline)
    }
}

impl Baseline {
    /// Makes an empty baseline.
    pub(super) fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// The accepted versions of a registry that are not retired.
    pub(super) fn of_ledger(ledger: &Ledger, sources: &mut Sources) -> Self {
        let mut baseline = Self::new(format!("`{}`", ledger.folder.display()));
        baseline.accepted(&ledger.history, Labels::Accepted);
        baseline.texts = ledger.texts(sources);
        baseline
    }

    /// Adds the accepted versions that are not retired.
    pub(super) fn accepted(&mut self, history: &History, labels: Labels<'_>) {
        for (event_type, versions) in history.events() {
            let retired = versions.len() - history.binding(event_type).count();
            if retired > 0 {
                let versions = count(retired, "retired version");
                self.warnings.push(format!("`{event_type}`: ignored {versions}"));
            }
        }
        for (event_type, mut event) in Side::of_history(history).events {
            if !event.versions.is_empty() {
                for version in &mut event.versions {
                    version.label = labels.minor(version.minor);
                }
                self.side.events.insert(event_type, event);
            }
        }
    }

    /// Adds the declarations of registry files.
    fn declare(&mut self, files: &Files, labels: Labels<'_>, sources: &mut Sources) -> Result<(), Failure> {
        let mut read = Sources::new();
        for (path, bytes) in files {
            read.add_bytes(path.as_str(), bytes.clone());
        }
        let mut report = check(&read, &Options::default());
        let Some(checked) = report.registry else {
            report.findings.retain(|finding| finding.severity == Severity::Error);
            let errors = render::short(&report.findings, &read);
            return Err(Failure::new(format!("the registry of {} has errors\n{errors}", self.name))
                .help("compare with a version that passes `signalbook check`"));
        };
        let registry = &checked.registry;
        for (event_type, event) in &registry.events {
            let Ok(schema) = registry.schema(event_type.as_str()) else { continue };
            let minor = event.minor;
            let facts = Facts::of(registry, event_type.as_str());
            let known = self.side.events.entry(event_type.clone()).or_default();
            known.declared = true;
            // An accepted version with this number has the same schema; otherwise, the check of the history
            // reports it.
            if known.versions.iter().all(|version| version.minor != minor) {
                known.versions.push(Version::new(minor, schema, facts).labelled(labels.minor(minor)));
            }
        }
        self.declared = Some(Declared::new(checked, &read, |path| labels.source(path), sources));
        Ok(())
    }

    /// Adds schemas without declarations. The event of a schema is found by the name of its record, or by the
    /// name of its file, which is the event type if `generate avro` wrote it.
    fn collect(&mut self, files: &Files, labels: Labels<'_>, now: &Registry, sources: &mut Sources) {
        let records = records(now);
        for (path, bytes) in files {
            let Some(schema) = self.schema(path, bytes) else { continue };
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.strip_suffix(".avsc").unwrap_or(file);
            let event_type = match &schema.root {
                Type::Named(record) => records.get(record).cloned(),
                _ => None,
            };
            let event_type = event_type.unwrap_or_else(|| Name::new(stem));
            let known = self.side.events.entry(event_type.clone()).or_default();
            known.declared = true;
            let minor = u32::try_from(known.versions.len()).unwrap_or(u32::MAX);
            let text = sources.add_elsewhere(labels.source(path), String::from_utf8_lossy(bytes));
            let label = labels.label(format!("`{path}`"));
            known.versions.push(Version::new(minor, schema, None).labelled(label));
            self.texts.add_schema(event_type, minor, text);
        }
    }

    /// Parses the schema in a file, without documentation. Warns if it is irregular or not a schema.
    pub(super) fn schema(&mut self, path: &str, bytes: &[u8]) -> Option<Schema> {
        let text = String::from_utf8_lossy(bytes);
        match Schema::parse_lenient(&text) {
            Ok((schema, irregular)) => {
                self.warnings.extend(irregular.iter().map(|error| format!("`{path}`: {error}")));
                Some(schema.without_docs())
            }
            Err(error) => {
                self.warnings.push(format!("`{path}` is not an Avro schema and is ignored: {error}"));
                None
            }
        }
    }
}

/// The event type by the name of its root record.
pub(super) fn records(registry: &Registry) -> BTreeMap<Name, Name> {
    let record = |event_type: &Name| match registry.schema(event_type.as_str()).ok()?.root {
        Type::Named(record) => Some((record, event_type.clone())),
        _ => None,
    };
    registry.events.keys().filter_map(record).collect()
}

/// Whether a file contains declarations or settings. A file next to an accepted schema, `0.toml`, and a file
/// in a folder `history` do not.
fn is_declaration(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(stem) = file.strip_suffix(".toml") else { return false };
    let beside_schema = !folder.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    !beside_schema && folder.split('/').all(|folder| folder != "history")
}
