//! A registry in a folder, with its settings and its history.

pub(crate) mod built_in;
pub(crate) mod history;
pub(crate) mod output_files;

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use jiff::{Timestamp, civil, tz::Offset};
use signalbook_codegen::tool::{CheckedRegistry, Options, check, read};
use signalbook_diagnostics::{Date, Finding, Policy, Severity, Sources};
use signalbook_model::{Event, Name, Schema, similar};

use crate::{
    failure::Failure,
    registry::{built_in::is_built_in, history::Ledger},
    terminal::count,
};

/// The default folder of a registry.
const DEFAULT: &str = "schemas";

/// The arguments of a registry.
#[derive(Debug, clap::Args)]
pub(crate) struct RegistryArgs {
    /// The folder of the registry, or `openedx` for the built-in registry
    #[arg(long, global = true, value_name = "DIR", default_value = DEFAULT)]
    pub(crate) registry: PathBuf,
}

/// A registry without errors, and the schemas of its events.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) checked: CheckedRegistry,
    /// The text of its files.
    pub(crate) sources: Sources,
    /// Its levels and waivers.
    pub(crate) policy: Policy,
    /// Its folder.
    pub(crate) root: PathBuf,
    /// The schemas that were looked up, by event type and minor version.
    schemas: RefCell<HashMap<(String, u32), FoundSchema>>,
}

/// A version of an event.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) event_type: Name,
    pub(crate) minor: u32,
    pub(crate) schema: Schema,
}

/// A schema, or the reason why it is missing.
type FoundSchema = Result<Rc<Schema>, String>;

/// The registry that a verb works with. Its folder may also be an argument without a name.
#[derive(Debug, clap::Args)]
pub(crate) struct RegistryDirArgs {
    /// The folder of the registry; the same as --registry
    #[arg(conflicts_with = "registry")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
}

impl RegistryDirArgs {
    /// The folder of the registry.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.as_deref().unwrap_or(&self.registry.registry)
    }
}

impl AsRef<Path> for RegistryArgs {
    fn as_ref(&self) -> &Path {
        &self.registry
    }
}

impl RegistryArgs {
    /// The folder, if it is not the default.
    pub(crate) fn unless_default(&self) -> Option<&Path> {
        Some(self.registry.as_path()).filter(|registry| *registry != Path::new(DEFAULT))
    }
}

impl Loaded {
    /// Reads and checks the registry.
    pub(crate) fn load(root: impl AsRef<Path>) -> Result<Self, Failure> {
        let root = root.as_ref();
        let sources = sources(root)?;
        let report = check(&sources, &options());
        let checked = report.registry.ok_or_else(|| {
            let is_error = |finding: &&Finding| finding.severity == Severity::Error;
            let errors = report.findings.iter().filter(is_error).count();
            Failure::new(format!("the registry `{}` has {}", root.display(), count(errors, "error")))
                .help(format!("`signalbook check {}` shows them", root.display()))
        })?;
        Ok(Self {
            checked,
            sources,
            policy: report.policy,
            root: root.to_owned(),
            schemas: RefCell::default(),
        })
    }

    /// Finds the event.
    pub(crate) fn event(&self, event_type: &str) -> Result<&Event, String> {
        self.checked.registry.events.get(&Name::new(event_type)).ok_or_else(|| {
            let similar = similar(event_type, self.checked.registry.events.keys().map(Name::as_str));
            let hint = similar.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            format!("the registry has no event `{event_type}` with an Avro schema{hint}")
        })
    }

    /// Finds the event type that the user named.
    pub(crate) fn event_type(&self, name: &str) -> Result<&Name, Failure> {
        let events = &self.checked.registry.events;
        let found = events.get_key_value(&Name::new(name)).map(|(event_type, _)| event_type);
        found.ok_or_else(|| {
            Failure::usage(format!("the registry has no event `{name}` with an Avro schema")).help(
                match similar(name, events.keys().map(Name::as_str)) {
                    Some(similar) => format!("an event with a similar name exists: `{similar}`"),
                    None => "`signalbook show` lists the events".to_owned(),
                },
            )
        })
    }

    /// Finds the schema of version `minor` of an event, in the registry or its history.
    pub(crate) fn schema(&self, event_type: &str, minor: u32) -> FoundSchema {
        let key = (event_type.to_owned(), minor);
        if let Some(known) = self.schemas.borrow().get(&key) {
            return known.clone();
        }
        let schema = self.find_schema(event_type, minor).map(Rc::new);
        self.schemas.borrow_mut().insert(key, schema.clone());
        schema
    }

    fn find_schema(&self, event_type: &str, minor: u32) -> Result<Schema, String> {
        let event = self.event(event_type)?;
        if event.minor == minor {
            return self.checked.registry.schema(event_type).map_err(|error| error.to_string());
        }
        let older = self.root.join("history").join(event_type).join(format!("{minor}.avsc"));
        match std::fs::read_to_string(older) {
            Ok(text) => {
                Schema::parse_lenient(&text).map(|(schema, _)| schema).map_err(|error| error.to_string())
            }
            Err(_) => Err(format!(
                "the history has no minor version {minor} of `{event_type}`; the registry declares minor \
                 version {}",
                event.minor
            )),
        }
    }

    /// Finds the version whose schema has the CRC-64-AVRO `fingerprint`, in the registry or its history. If
    /// `event_type` is given, only its versions are searched. Several versions with this fingerprint are
    /// equal on the wire; the oldest is returned.
    pub(crate) fn by_fingerprint(
        &self,
        fingerprint: u64,
        event_type: Option<&Name>,
    ) -> Result<Option<Version>, Failure> {
        let registry = &self.checked.registry;
        let mut versions = Vec::new();
        for (name, event) in &registry.events {
            if let Ok(schema) = registry.schema(name.as_str()) {
                versions.push(Version { event_type: name.clone(), minor: event.minor, schema });
            }
        }
        if let Some(ledger) = Ledger::find(&self.root, &mut Sources::new())? {
            for (name, accepted) in ledger.history.events() {
                versions.extend(accepted.iter().map(|version| Version {
                    event_type: name.clone(),
                    minor: version.minor,
                    schema: version.schema.clone(),
                }));
            }
        }
        versions.retain(|version| {
            event_type.is_none_or(|event_type| *event_type == version.event_type)
                && version.schema.fingerprint() == fingerprint
        });
        Ok(versions.into_iter().min_by_key(|version| version.minor))
    }
}

/// Reads the files of the registry.
pub(crate) fn sources(root: &Path) -> Result<Sources, Failure> {
    if is_built_in(root) {
        return built_in::sources();
    }
    let help = "pass the folder of a registry with --registry, or create one with `signalbook init`";
    let sources = read(root).map_err(|error| {
        if error.path == root || !root.is_dir() {
            return Failure::new("cannot read the registry").caused_by(error).help(help);
        }
        let is_link = error.path.is_symlink();
        let failure = Failure::new("cannot read a file of the registry").caused_by(error);
        if is_link {
            failure.help("it is a symbolic link: make it point to a readable file, or remove it")
        } else {
            failure.help("make it readable, or move it out of the registry")
        }
    })?;
    if sources.iter().next().is_none() {
        return Err(Failure::new(format!("the folder `{}` has no registry files (*.toml)", root.display()))
            .help(help));
    }
    Ok(sources)
}

/// The options of a check: the current date, for waivers that expire, and the rules of the gate and the
/// history, which the settings may name.
pub(crate) fn options() -> Options {
    let other_rules = [signalbook_gate::rules().as_slice(), signalbook_history::RULES].concat();
    Options::default().today(today()).other_rules(other_rules)
}

/// The current date in UTC.
pub(crate) fn today() -> Date {
    date(Offset::UTC.to_datetime(Timestamp::now()).date())
}

/// Converts a date.
pub(crate) fn date(date: civil::Date) -> Date {
    Date {
        year: date.year().unsigned_abs(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    }
}
