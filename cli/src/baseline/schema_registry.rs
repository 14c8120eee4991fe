//! A schema registry with Confluent's interface over HTTP.

use std::{
    collections::BTreeMap,
    env, panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use signalbook_confluent::{Registered, RegistryError, SchemaRegistry};
use signalbook_gate::Version;
use signalbook_model::{Name, Registry, Schema, Type};

use super::{Baseline, versions_in_files::records};
use crate::{failure::Failure, terminal::count};

/// The environment variable with `user:password`, if the URL has no credentials.
const CREDENTIALS: &str = "SIGNALBOOK_REGISTRY_AUTH";
/// The maximum number of concurrent requests.
const AT_ONCE: usize = 8;

/// Reads the versions of the events of `now` from the registry at `url`. The names of subjects do not matter:
/// a schema belongs to the event whose record it defines. Other subjects are ignored, so no event counts as
/// removed.
pub(super) fn read(url: &str, now: &Registry) -> Result<Baseline, Failure> {
    let registry = connect(url)?;
    let mut baseline = Baseline::new(format!("`{}`", registry.url()));
    let events = records(now);
    let mut passed_over = 0;
    let mut found: BTreeMap<&Name, Vec<(Registered, Schema)>> = BTreeMap::new();
    for versions in everything(&registry).map_err(explained)? {
        let mut ours = false;
        for registered in versions {
            if !registered.is_avro() {
                continue;
            }
            let label = format!("{}, version {}", registered.subject, registered.version);
            let text = registry.with_references(&registered).map_err(explained)?;
            let Some(schema) = baseline.schema(&label, text.as_bytes()) else { continue };
            let schema = registered.without_references(schema);
            if let Type::Named(record) = &schema.root
                && let Some(event) = events.get(record)
            {
                ours = true;
                found.entry(event).or_default().push((registered, schema));
            }
        }
        passed_over += usize::from(!ours);
    }
    for (event, mut versions) in found {
        // With several subjects, sort the versions by id, and keep each schema once.
        if versions.iter().any(|(registered, _)| registered.subject != versions[0].0.subject) {
            versions.sort_by_key(|(registered, _)| registered.id);
            versions.dedup_by_key(|(registered, _)| registered.id);
        }
        for (Registered { subject, version, .. }, schema) in versions {
            let label = format!("version {version} of `{subject}`");
            let known = baseline.side.events.entry(event.clone()).or_default();
            known.versions.push(Version::new(version, schema, None).labelled(label));
        }
    }
    if passed_over > 0 {
        let subjects = count(passed_over, "subject");
        baseline.warnings.push(format!("{}: ignored {subjects} of other events", baseline.name));
    }
    Ok(baseline)
}

/// Connects to the registry at `url`, with the credentials in the URL or in the environment.
fn connect(url: &str) -> Result<SchemaRegistry, Failure> {
    let registry = SchemaRegistry::new(url).map_err(explained)?;
    match env::var(CREDENTIALS) {
        Ok(credentials) if !registry.has_credentials() => {
            registry.credentials(&credentials).map_err(explained)
        }
        Ok(_) | Err(_) => Ok(registry),
    }
}

/// Reads all versions of all subjects.
fn everything(registry: &SchemaRegistry) -> Result<Vec<Vec<Registered>>, RegistryError> {
    let subjects = registry.subjects()?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(subject) = subjects.get(index) else { return done };
            done.push((index, registry.versions(subject)));
        }
    };
    let mut answers: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE.min(subjects.len())).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        joined.flatten().collect()
    });
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, versions)| versions).collect()
}

/// Makes a failure with what to do.
fn explained(error: RegistryError) -> Failure {
    let help = match &error {
        RegistryError::Credentials => Some(format!("set them in the URL or in {CREDENTIALS}")),
        RegistryError::Refused { .. } => {
            Some(format!("set {CREDENTIALS} to `user:password`, or to a key and its secret"))
        }
        RegistryError::NoRegistry { source: None, .. } => {
            Some("use the URL that producers have in `schema.registry.url`".to_owned())
        }
        _ => None,
    };
    let failure = Failure::new("cannot read the schema registry").caused_by(error);
    match help {
        Some(help) => failure.help(help),
        None => failure,
    }
}
