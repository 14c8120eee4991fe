//! The function for build scripts. No other code of this crate writes files.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use signalbook_diagnostics::{Finding, Severity, Sources, render};
use signalbook_history::History;
use signalbook_history::folder::{self, FolderError};

use crate::check::{Options, check};
use crate::checked_registry::CheckedRegistry;
use crate::emit;
use crate::read::{ReadError, files, read};

/// The result of a build script's `main`.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// An error of [`compile`]. Its `Debug` output is written for users, because that is what a failing `main`
/// prints.
#[non_exhaustive]
pub enum Error {
    /// The program was not started by Cargo as a build script.
    NoBuildScript,
    /// A file of the registry cannot be read.
    Read(ReadError),
    /// A file of the registry's history cannot be read.
    History(FolderError),
    /// The registry has errors.
    Registry {
        /// The number of errors.
        count: usize,
        /// All errors, in the form of rustc's messages.
        report: String,
    },
    /// The code cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

/// Compiles the registry in the folder `registry` to `events.rs` in Cargo's `OUT_DIR`.
/// `signalbook::include_events!` includes this file.
///
/// ```no_run
/// // build.rs
/// fn main() -> signalbook_codegen::Result {
///     signalbook_codegen::compile("schemas")
/// }
/// ```
///
/// The path is relative to the package. Cargo runs the build script again when a file of the registry is
/// changed, added or removed. It recompiles the package only when the generated code changes.
///
/// The accepted versions in the registry's folder `history` become `events::HISTORY`. Errors in the history,
/// and events that are not accepted, are only warnings here; `signalbook check` reports them as errors.
///
/// # Errors
/// See [`Error`]. All errors of the registry are reported at once.
pub fn compile(registry: impl AsRef<Path>) -> Result {
    let registry = registry.as_ref();
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoBuildScript)?;
    rerun_if_changed(registry);
    for file in files(registry).map_err(Error::Read)? {
        rerun_if_changed(&file);
    }
    let sources = read(registry).map_err(Error::Read)?;
    let history = accepted(&registry.join("history"))?;
    let (code, unaccepted) = code(&sources, &history)?;
    for warning in &unaccepted {
        warn(warning);
    }
    let path = folder.join("events.rs");
    write(&path, &code).map_err(|source| Error::Write { path, source })
}

fn accepted(path: &Path) -> Result<History> {
    let files = folder::read(path).map_err(Error::History)?;
    let read = History::read(&files, &path.display().to_string(), &mut Sources::new());
    for finding in read.findings.iter().filter(|finding| finding.severity == Severity::Error) {
        warn(&finding.title);
    }
    Ok(read.history)
}

#[expect(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]
fn warn(message: &str) {
    println!("cargo::warning={message}");
}

/// Returns the code, and what `signalbook check` says about events that are not accepted.
fn code(sources: &Sources, history: &History) -> Result<(String, Vec<String>)> {
    // Lints are for `signalbook check`; they must not stop a build.
    let report = check(sources, &Options::default());
    let checked = report.registry.ok_or_else(|| Error::registry(report.findings, sources))?;
    let code = emit::rust(&checked, history).map_err(|findings| Error::registry(findings, sources))?;
    Ok((code, unaccepted(&checked, history)))
}

fn unaccepted(checked: &CheckedRegistry, history: &History) -> Vec<String> {
    // A registry without a history is not checked for this. An event without a schema is an error of its own.
    if history.events().next().is_none() {
        return Vec::new();
    }
    let current = emit::current_events(checked).unwrap_or_default();
    let findings = current.iter().filter_map(|event| history.finding(event));
    findings.map(|finding| format!("{}: {}", finding.title, finding.help.join("; "))).collect()
}

#[expect(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]
fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// Writes a temporary file and renames it, so that no process reads a partial file. Does nothing if the file
/// already has this text.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let temporary = path.with_extension("rs.new");
    fs::write(&temporary, text)?;
    fs::rename(&temporary, path)
}

impl Error {
    fn registry(mut findings: Vec<Finding>, sources: &Sources) -> Self {
        findings.retain(|finding| finding.severity == Severity::Error);
        Self::Registry { count: findings.len(), report: render::human(&findings, sources, false) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBuildScript => f.write_str("`OUT_DIR` is not set: call `compile` in a build script"),
            Self::Read(error) => error.fmt(f),
            Self::History(error) => error.fmt(f),
            Self::Registry { count: 1, report } => write!(f, "the registry has an error\n\n{report}"),
            Self::Registry { count, report } => write!(f, "the registry has {count} errors\n\n{report}"),
            Self::Write { path, .. } => write!(f, "cannot write `{}`", path.display()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoBuildScript | Self::Registry { .. } => None,
            Self::Read(error) => error.source(),
            Self::History(error) => error.source(),
            Self::Write { source, .. } => Some(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_every_error_with_its_location() {
        let mut sources = Sources::new();
        let fields = "fields = { lines = \"list<OrderLin>\", total = \"number\" }\n";
        sources
            .add("schemas/shop.toml", format!("namespace = \"com.example.shop\"\n[types.Order]\n{fields}"));
        let error = code(&sources, &History::default()).expect_err("two types are unknown");
        let shown = format!("{error:?}");
        assert!(shown.starts_with("the registry has 2 errors\n\nerror[unknown-type]: "), "{shown}");
        assert!(shown.contains("--> schemas/shop.toml:3:26"), "{shown}");
        assert!(shown.contains("write `double`"), "{shown}");
        assert!(!shown.contains("warning"), "a build does not show lints: {shown}");
    }

    #[test]
    fn an_event_that_is_not_accepted_is_a_warning() -> std::result::Result<(), Box<dyn std::error::Error>> {
        let code = |event: &str, history: &History| {
            let mut sources = Sources::new();
            let text = format!("namespace = \"shop\"\n[events.\"{event}.v1\"]\ndata = {{ id = \"int\" }}\n");
            sources.add("shop.toml", text.as_str());
            let checked = check(&sources, &Options::default()).registry.expect("a registry without errors");
            code(&sources, history).map(|(_, unaccepted)| (checked, unaccepted))
        };
        let (checked, unaccepted) = code("placed", &History::default())?;
        assert!(unaccepted.is_empty(), "there is no history: {unaccepted:?}");
        let mut files = signalbook_history::Files::new();
        for change in
            emit::current_events(&checked)?.iter().flat_map(|event| History::default().accept(event))
        {
            change.apply(&mut files)?;
        }
        let history = History::read(&files, "history", &mut Sources::new()).history;
        assert!(code("placed", &history)?.1.is_empty(), "it is accepted");
        let expected = "minor 0 of `shop.paid.v1` is not accepted yet: run `signalbook accept`";
        assert_eq!(code("paid", &history)?.1, [expected]);
        Ok(())
    }

    #[test]
    fn does_not_write_an_unchanged_file() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("events.rs");
        write(&path, "one")?;
        let written = fs::metadata(&path)?.modified()?;
        write(&path, "one")?;
        assert_eq!(fs::metadata(&path)?.modified()?, written);
        write(&path, "two")?;
        assert_eq!(fs::read_to_string(&path)?, "two");
        assert_eq!(fs::read_dir(folder.path())?.count(), 1, "no temporary file remains");
        Ok(())
    }
}
