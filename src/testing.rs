//! Runs the evolution gate on hand-written events, in a test of the crate that declares them.
//!
//! The command line accepts and checks the events of a registry. It does not know events that are declared in
//! Rust. One line in a test compares those with the same history:
//!
//! ```no_run
//! use signalbook::Event;
//! use signalbook::testing::assert_compatible;
//!
//! #[derive(Event)]
//! #[event(type = "com.example.shop.order.cancelled.v1", key = "order_id")]
//! struct OrderCancelled {
//!     order_id: String,
//! }
//!
//! # fn main() {
//! assert_compatible!("schemas/history", [OrderCancelled]);
//! # }
//! ```
//!
//! The test fails with the report of the gate if a change violates the compatibility mode, and if an event is
//! not accepted yet. The mode, the levels of rules and the waivers are those of `signalbook.toml` next to the
//! history; without that file the mode is `FULL_TRANSITIVE`. A third argument, a [`Mode`], overrides the
//! mode. To accept compatible changes, run the test once with the environment variable `SIGNALBOOK_ACCEPT=1`,
//! and commit the files that it writes.

use std::path::{Path, PathBuf};
use std::{fs, io};

use signalbook_codegen::tool::{Options, Settings, check};
use signalbook_codegen::tool::{edit::TomlWording, emit::rust_types};
use signalbook_diagnostics::{Finding, Locate, Part, Policy, Severity, Sources, Span, render};
use signalbook_gate::{Gate, Side};
use signalbook_history::{CurrentEvent, History, NOT_ACCEPTED, Origin, Texts, folder};
use signalbook_model::{BuildError, Facts, Name, Path as RegistryPath, Registry};

use crate::SchemaError;

pub use crate::__assert_compatible as assert_compatible;
pub use signalbook_model::Mode;
/// The environment variable that makes [`assert_compatible!`] accept compatible changes.
pub const ACCEPT: &str = "SIGNALBOOK_ACCEPT";

/// Compares hand-written events with their accepted versions. [`assert_compatible!`] creates it and calls
/// [`assert`](Self::assert).
#[derive(Debug)]
pub struct Comparison {
    registry: Result<Registry, BuildError>,
    folder: PathBuf,
    mode: Option<Mode>,
}

impl Comparison {
    /// Compares the events of `registry` with the history in `folder`.
    pub fn new(registry: Result<Registry, BuildError>, folder: impl Into<PathBuf>) -> Self {
        Self { registry, folder: folder.into(), mode: None }
    }

    /// Sets the compatibility mode, which overrides `signalbook.toml`.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Calls [`run`](Self::run), and accepts compatible changes if the environment variable [`ACCEPT`] is
    /// set.
    ///
    /// # Panics
    /// The events are incompatible with their accepted versions, or not accepted.
    #[track_caller]
    pub fn assert(self) {
        let accept = std::env::var_os(ACCEPT).is_some_and(|value| !value.is_empty() && value != "0");
        if let Err(report) = self.run(accept) {
            panic!("{report}");
        }
    }

    /// Compares the events with the history, and accepts compatible changes if `accept` is set.
    ///
    /// # Errors
    /// A report for people.
    pub fn run(self, accept: bool) -> Result<(), String> {
        let registry = self.registry.map_err(|error| SchemaError::from(error).to_string())?;
        let events = events(&registry)?;
        let (settings, policy) = settings(&self.folder)?;
        let files = folder::read(&self.folder).map_err(|error| in_full(&error))?;
        let mut sources = Sources::new();
        let mut read = History::read(&files, &shown(&self.folder), &mut sources);
        read.findings.retain(|finding| is_about(finding, &events));
        let mut findings = read.findings;
        let texts = read.history.texts(&shown(&self.folder), &mut sources);
        let locations = Locations { sources: &sources, texts };
        let mut changes = Vec::new();
        for event in &events {
            let acceptance = read.history.accept(event);
            if !accept || acceptance.is_empty() {
                findings.extend(read.history.finding(event));
            }
            changes.extend(acceptance);
        }
        let new = Side::of_changed(&read.history, &events).with_rust(rust_types);
        let baseline = Side::of_history(&read.history).with_rust(rust_types);
        let findings = Gate::new(&new, &baseline, &TomlWording::without_files(), &policy)
            .registry(&registry)
            .mode(&|event| self.mode.unwrap_or_else(|| settings.compatibility_of(event)))
            .locate(&locations)
            .whole(false)
            .report(findings)
            .findings;
        let is_error =
            |finding: &Finding| finding.severity == Severity::Error && finding.rule.id != NOT_ACCEPTED.id;
        let fails = findings.iter().any(is_error);
        if !fails && (accept || changes.is_empty()) {
            return folder::write(&self.folder, &changes).map_err(|error| in_full(&error));
        }
        let report = render::human(&findings, &sources, false);
        let advice = if fails {
            "fix the types, or declare a new event type in addition".to_owned()
        } else {
            format!(
                "to accept the changes, run the test once with {ACCEPT}=1, and commit the files it writes"
            )
        };
        Err(format!(
            "the events differ from the versions accepted in `{}`\n\n{report}\n{advice}",
            shown(&self.folder)
        ))
    }
}

/// Hand-written events have no registry files; their accepted versions have files.
struct Locations<'a> {
    sources: &'a Sources,
    texts: Texts,
}

impl Locate for Locations<'_> {
    fn registry(&self, _path: &RegistryPath) -> Option<Span> {
        None
    }

    fn accepted(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.texts.locate(event, minor, part, self.sources)
    }
}

/// Reads `signalbook.toml` next to the history.
fn settings(history: &Path) -> Result<(Settings, Policy), String> {
    let path = history.with_file_name("signalbook.toml");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
        Err(error) => return Err(format!("cannot read `{}`: {error}", shown(&path))),
    };
    let mut sources = Sources::new();
    sources.add(shown(&path), text);
    let report = check(&sources, &Options::default());
    let Some(checked) = report.registry else {
        return Err(render::human(&report.findings, &sources, false));
    };
    Ok((checked.settings, report.policy))
}

/// The current versions of the events.
fn events(registry: &Registry) -> Result<Vec<CurrentEvent>, String> {
    let current = |(event_type, event): (&Name, &signalbook_model::Event)| {
        let schema = registry.schema(event_type.as_str()).map_err(|error| error.to_string())?;
        let facts = Facts::of(registry, event_type.as_str()).unwrap_or_default();
        CurrentEvent::new(event_type.clone(), event.minor, schema.to_json_pretty(), facts, Origin::Rust)
            .map_err(|error| format!("the schema of `{event_type}` cannot be read back: {error}"))
    };
    registry.events.iter().map(current).collect()
}

fn is_about(finding: &Finding, events: &[CurrentEvent]) -> bool {
    let Some(RegistryPath::Event(name)) = &finding.path else { return false };
    events.iter().any(|event| event.event_type == *name)
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}

fn in_full(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// Compares hand-written events with their accepted versions, as in
/// `assert_compatible!("schemas/history", [OrderCancelled])`.
///
/// The folder is relative to the package. The mode, levels and waivers are those of `signalbook.toml` next to
/// it; a third argument, a [`Mode`](crate::testing::Mode), overrides the mode.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_compatible {
    ($history:expr, [$($event:ty),+ $(,)?] $(, $mode:expr)? $(,)?) => {
        $crate::testing::Comparison::new(
            $crate::registry_of!($($event),+),
            ::std::path::Path::new(::core::env!("CARGO_MANIFEST_DIR")).join($history),
        )
        $(.mode($mode))?
        .assert()
    };
}
