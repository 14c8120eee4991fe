//! A schema registry with Confluent's interface over HTTP.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use signalbook_confluent::{Registered, RegistryError, SchemaRegistry};
use signalbook_diagnostics::Sources;
use signalbook_gate::Version;
use signalbook_model::{Event, Name, Registry, Schema, SchemaError, Type};

use super::{
    Baseline,
    unread::{Unread, in_full},
    versions_in_files::records,
};
use crate::{failure::Failure, terminal::count};

/// The environment variable with `user:password`, if the URL has no credentials.
const CREDENTIALS: &str = "SIGNALBOOK_REGISTRY_AUTH";
/// The maximum number of concurrent requests.
const AT_ONCE: usize = 8;

/// Reads the versions of the events of `now` from the registry at `url`. A schema belongs to the event whose
/// record it defines; the name of its subject does not matter. Other subjects are ignored, so no event counts
/// as removed.
///
/// A version that cannot be read counts if its record or its subject is of an event of `now`, or if another
/// version of its subject is.
pub(super) fn read(url: &str, now: &Registry, sources: &mut Sources) -> Result<Baseline, Failure> {
    let registry = connect(url)?;
    let mut baseline = Baseline::new(format!("`{}`", registry.url()));
    let (events, names) = (records(now), subjects(now));
    let mut passed_over = 0;
    let mut found: BTreeMap<&Name, Vec<FoundVersion>> = BTreeMap::new();
    for (subject, versions) in everything(&registry).map_err(explained)? {
        let mut is_here = names.contains(&subject) && !versions.is_empty();
        let mut is_ours = false;
        let mut unread = Vec::new();
        for registered in versions {
            let label = format!("version {} of `{subject}`", registered.version);
            is_here |= Schema::root_name(&registered.schema).is_some_and(|name| events.contains_key(&name));
            let (text, schema, irregularities) = match parse(&registry, &registered).map_err(explained)? {
                Ok(parsed) => parsed,
                Err(reason) => {
                    unread.push(Unread { name: subject.clone(), reason: format!("{label}: {reason}") });
                    continue;
                }
            };
            if let Type::Named(record) = &schema.root
                && let Some(event) = events.get(record)
            {
                is_ours = true;
                let file = sources.add_elsewhere(label.as_str(), text);
                baseline.add_legacy(event, &label, &irregularities, file, sources);
                found.entry(event).or_default().push(FoundVersion {
                    registered,
                    schema: schema.without_docs(),
                    label,
                });
            }
        }
        passed_over += usize::from(!is_ours);
        if is_here || is_ours {
            baseline.unread.append(&mut unread);
        }
    }
    for (event, mut versions) in found {
        // With several subjects, sort the versions by id, and keep each schema once.
        if versions.iter().any(|version| version.registered.subject != versions[0].registered.subject) {
            versions.sort_by_key(|version| version.registered.id);
            versions.dedup_by_key(|version| version.registered.id);
        }
        for FoundVersion { registered, schema, label } in versions {
            let known = baseline.side.events.entry(event.clone()).or_default();
            known.versions.push(Version::new(registered.version, schema, None).labelled(label));
        }
    }
    if passed_over > 0 {
        let subjects = count(passed_over, "subject");
        baseline.warnings.push(format!("{}: ignored {subjects} of other events", baseline.name));
    }
    Ok(baseline)
}

/// A version of an event.
struct FoundVersion {
    registered: Registered,
    schema: Schema,
    label: String,
}

/// A schema with its text and its irregularities.
type Parsed = (String, Schema, Vec<SchemaError>);

/// Parses a version, or returns the reason why it cannot be read.
///
/// # Errors
/// The registry does not answer.
fn parse(
    registry: &SchemaRegistry,
    registered: &Registered,
) -> Result<Result<Parsed, String>, RegistryError> {
    if !registered.is_avro() {
        let kind = registered.schema_type.as_deref().unwrap_or_default();
        return Ok(Err(format!("it is of the type {kind}")));
    }
    let text = match registry.with_references(registered) {
        Ok(text) => text,
        Err(error @ RegistryError::MissingReference { .. }) => return Ok(Err(error.to_string())),
        Err(error) => return Err(error),
    };
    Ok(match Schema::parse_lenient(&text) {
        Ok((schema, irregularities)) => Ok((text, registered.without_references(schema), irregularities)),
        Err(error) => Err(in_full(&error)),
    })
}

/// The names that serializers give to the subjects of events: after the topic, the record, or both.
fn subjects(now: &Registry) -> BTreeSet<String> {
    let mut subjects = BTreeSet::new();
    for (event_type, event) in &now.events {
        let record = Event::record_name(event_type);
        subjects.extend([event_type.to_string(), format!("{event_type}-value"), record.to_string()]);
        for topic in &event.topics {
            subjects.extend([format!("{topic}-value"), format!("{topic}-{record}")]);
        }
    }
    subjects
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
fn everything(registry: &SchemaRegistry) -> Result<Vec<(String, Vec<Registered>)>, RegistryError> {
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
    let versions = answers.into_iter().map(|(_, versions)| versions);
    subjects.iter().cloned().zip(versions).map(|(subject, versions)| Ok((subject, versions?))).collect()
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
