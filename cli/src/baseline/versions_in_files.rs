//! Finds versions in files: declarations, accepted versions, and schemas alone.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_codegen::tool::{Options, check};
use signalbook_diagnostics::{FileId, Finding, Severity, Source, Sources, Span, render};
use signalbook_gate::{Side, Version};
use signalbook_history::{
    ACCEPTED_FILE_MISSING, ACCEPTED_FILE_UNREADABLE, Files, History, LEGACY_SCHEMA, pointer,
};
use signalbook_model::{Facts, Name, Path, Registry, Schema, SchemaError, Type};

use super::{
    Baseline,
    earlier_registry::Declared,
    file_tree::Tree,
    linked_schemas::{Linked, LinkedSchemas},
    unread::Unread,
};
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
        let mut baseline = Baseline::new(name);
        baseline.unread = self.unread().to_vec();
        let (declarations, others): (Files, Files) =
            self.into_files().into_iter().partition(|(path, _)| is_declaration(path));
        if !declarations.is_empty() {
            let accepted =
                |(path, bytes): (String, _)| Some((path.strip_prefix("history/")?.to_owned(), bytes));
            let accepted = others.into_iter().filter_map(accepted).collect();
            baseline.read_history(&accepted, "history/", labels, sources);
            for known in baseline.side.events.values_mut() {
                known.declared = false;
            }
            baseline.declare(&declarations, labels, sources)?;
        } else if others.keys().any(|path| matches!(path.rsplit_once('.'), Some((_, "toml")))) {
            baseline.read_history(&others, "", labels, sources);
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

    /// Adds the accepted versions in `files`, whose paths begin with `prefix` in the baseline.
    fn read_history(&mut self, files: &Files, prefix: &str, labels: Labels<'_>, sources: &mut Sources) {
        let mut add = |path: &str, text: &str| sources.add_elsewhere(labels.source(path), text);
        let mut known = Sources::new();
        let read = History::read(files, prefix.trim_end_matches('/'), &mut known);
        self.accepted(&read.history, labels);
        self.texts = read.history.texts_by(&mut |path, text| add(&format!("{prefix}{path}"), text));
        for mut finding in read.findings {
            let source = finding.primary.as_ref().and_then(|label| known.get(label.span.file));
            let path = source.map_or("", |source| source.name().trim_start_matches('/'));
            if finding.rule.id == LEGACY_SCHEMA.id {
                if let (Some(source), Some(label)) = (source, &mut finding.primary) {
                    label.span.file = add(path, source.text());
                }
                self.findings.push(finding);
            } else if [ACCEPTED_FILE_MISSING.id, ACCEPTED_FILE_UNREADABLE.id].contains(&finding.rule.id) {
                self.unread.push(Unread { name: path.to_owned(), reason: finding.title });
            } else {
                self.warnings.push(finding.title);
            }
        }
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
    /// name of its file, which is the event type if `generate avro` wrote it. A file that only defines types
    /// for others is no event.
    fn collect(&mut self, files: &Files, labels: Labels<'_>, now: &Registry, sources: &mut Sources) {
        let records = records(now);
        let schemas = LinkedSchemas::new(files);
        let (mut read, mut parts) = (Vec::new(), BTreeSet::new());
        for path in files.keys() {
            let by_name = Name::new(stem(path));
            let record = Schema::root_name(schemas.text(path));
            let is_here = record.as_ref().is_some_and(|record| records.contains_key(record))
                || now.events.contains_key(&by_name);
            match schemas.parse(path) {
                Ok(linked) => {
                    parts.extend(linked.uses.iter().copied());
                    read.push((path, by_name, is_here, linked));
                }
                Err(reason) if is_here || record.is_none() => {
                    self.unread.push(Unread { name: path.clone(), reason });
                }
                Err(reason) => self.warnings.push(format!("`{path}` is of another event: {reason}")),
            }
        }
        for (path, by_name, is_here, Linked { schema, irregularities, .. }) in read {
            if parts.contains(path.as_str()) && !is_here {
                continue;
            }
            let record = match &schema.root {
                Type::Named(record) => records.get(record).cloned(),
                _ => None,
            };
            let event_type = record.unwrap_or(by_name);
            let text = sources.add_elsewhere(labels.source(path), schemas.text(path));
            self.add_legacy(&event_type, &format!("`{path}`"), &irregularities, text, sources);
            let known = self.side.events.entry(event_type.clone()).or_default();
            known.declared = true;
            let minor = u32::try_from(known.versions.len()).unwrap_or(u32::MAX);
            let label = labels.label(format!("`{path}`"));
            known.versions.push(Version::new(minor, schema.without_docs(), None).labelled(label));
            self.texts.add_schema(event_type, minor, text);
        }
    }

    /// Adds a finding for each irregularity of the schema `name`, whose text is `file`.
    pub(super) fn add_legacy(
        &mut self,
        event_type: &Name,
        name: &str,
        irregularities: &[SchemaError],
        file: FileId,
        sources: &Sources,
    ) {
        let text = sources.get(file).map_or("", Source::text);
        self.findings.extend(irregularities.iter().map(|irregular| {
            let range = pointer::locate(text, &irregular.pointer).unwrap_or(0..0);
            let title = format!("{name} is irregular: {irregular}");
            Finding::new(&LEGACY_SCHEMA, title)
                .on(Path::Event(event_type.clone()))
                .at(Span { file, start: range.start, end: range.end }, "used unchanged")
        }));
    }
}

/// The name of a file without its extension.
fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".avsc").unwrap_or(file)
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
