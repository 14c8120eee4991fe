//! A schema registry with Confluent's interface over HTTP.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};
use signalbook_model::{Name, Registry, Schema, Type};
use ureq::{
    Agent,
    http::StatusCode,
    tls::{RootCerts, TlsConfig},
};

use super::{Baseline, Known, versions::records};
use crate::{failure::Failure, terminal::count};

/// Where `user:password` is looked for, unless the URL has it.
const CREDENTIALS: &str = "SIGNALBOOK_REGISTRY_AUTH";
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const MOST_OF_AN_ANSWER: u64 = 16 << 20;
/// How many requests are under way at once.
const AT_ONCE: usize = 8;
/// How many schemas one may refer to, by however long a way.
const MOST_REFERENCES: usize = 1000;

/// A version of a subject.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    subject: String,
    version: u32,
    /// The same schema has the same id in every subject; younger ones have larger ids.
    #[serde(default)]
    id: u64,
    #[serde(default)]
    schema_type: Option<String>,
    schema: String,
    #[serde(default)]
    references: Vec<Reference>,
}

/// A schema that another one uses by name.
#[derive(Debug, Deserialize)]
struct Reference {
    subject: String,
    version: u32,
}

/// The versions of the events of `now` in the registry at `url`. What subjects are called does not matter: a schema is of
/// the event whose record it defines. Others' subjects are passed over, and so no event counts as removed.
pub(super) fn read(url: &str, now: &Registry) -> Result<Baseline, Failure> {
    let client = Client::new(url)?;
    let mut baseline = Baseline::new(format!("`{}`", client.base));
    let events = records(now);
    let mut passed_over = 0;
    let mut found: BTreeMap<&Name, Vec<(Registered, Schema)>> = BTreeMap::new();
    for versions in client.everything()? {
        let mut ours = false;
        for registered in versions {
            if registered.schema_type.as_deref().is_some_and(|kind| kind != "AVRO") {
                continue;
            }
            let place = format!("{}, version {}", registered.subject, registered.version);
            let text = client.with_references(&registered)?;
            let Some(mut schema) = baseline.schema(&place, text.as_bytes()) else { continue };
            if let (false, Type::Union(branches)) = (registered.references.is_empty(), &mut schema.root) {
                schema.root = branches.pop().unwrap_or(Type::Null);
            }
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
        // Of several subjects: as they were registered, and each schema once.
        if versions.iter().any(|(registered, _)| registered.subject != versions[0].0.subject) {
            versions.sort_by_key(|(registered, _)| registered.id);
            versions.dedup_by_key(|(registered, _)| registered.id);
        }
        for (Registered { subject, version, .. }, schema) in versions {
            let label = format!("version {version} of `{subject}`");
            let known = baseline.events.entry(event.clone()).or_default();
            known.versions.push(Known { minor: version, label, schema, file: None, facts: None });
        }
    }
    if passed_over > 0 {
        let subjects = count(passed_over, "subject");
        baseline
            .warnings
            .push(format!("{}: {subjects} of no event of this registry passed over", baseline.name));
    }
    Ok(baseline)
}

/// A registry, and how to speak to it.
struct Client {
    agent: Agent,
    /// Its URL, without credentials and without `/` at the end.
    base: String,
    /// The header `Authorization`.
    authorization: Option<String>,
}

impl Client {
    fn new(url: &str) -> Result<Self, Failure> {
        let (base, in_url) = without_credentials(url);
        let credentials = in_url.or_else(|| env::var(CREDENTIALS).ok());
        let authorization = match credentials {
            Some(credentials) if credentials.contains(':') => {
                Some(format!("Basic {}", BASE64_STANDARD.encode(credentials)))
            }
            Some(_) => {
                let title = "the credentials of the schema registry are not of the form `user:password`";
                return Err(Failure::new(title).help(format!("they are in the URL, or in {CREDENTIALS}")));
            }
            None => None,
        };
        // The machine's own certificates: a registry within a company often has one of its own.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .user_agent(concat!("signalbook/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build()
            .new_agent();
        Ok(Self { agent, base, authorization })
    }

    /// All versions of all subjects, by subject.
    fn everything(&self) -> Result<Vec<Vec<Registered>>, Failure> {
        let mut subjects: Vec<String> = self.get("subjects")?.ok_or_else(|| {
            Failure::new(format!("there is no schema registry at `{}`", self.base))
                .help("the URL is the one that producers have for `schema.registry.url`")
        })?;
        subjects.sort();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(subject) = subjects.get(index) else { return done };
                done.push((index, self.versions(subject)));
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

    /// The versions of a subject, the oldest first; deleted ones are gone.
    fn versions(&self, subject: &str) -> Result<Vec<Registered>, Failure> {
        let path = format!("subjects/{}/versions", utf8_percent_encode(subject, NON_ALPHANUMERIC));
        let mut numbers: Vec<u32> = self.get(&path)?.unwrap_or_default();
        numbers.sort_unstable();
        let versions = numbers.into_iter().map(|version| self.version(subject, version));
        versions.filter_map(Result::transpose).collect()
    }

    fn version(&self, subject: &str, version: u32) -> Result<Option<Registered>, Failure> {
        self.get(&format!("subjects/{}/versions/{version}", utf8_percent_encode(subject, NON_ALPHANUMERIC)))
    }

    /// The text of a schema. One that refers to others comes as a union of them and itself, in which names are found.
    fn with_references(&self, registered: &Registered) -> Result<String, Failure> {
        if registered.references.is_empty() {
            return Ok(registered.schema.clone());
        }
        let (mut met, mut parts) = (BTreeSet::new(), Vec::new());
        self.gather(registered, &mut met, &mut parts)?;
        parts.push(registered.schema.clone());
        Ok(format!("[{}]", parts.join(",")))
    }

    fn gather(
        &self,
        registered: &Registered,
        met: &mut BTreeSet<(String, u32)>,
        parts: &mut Vec<String>,
    ) -> Result<(), Failure> {
        for Reference { subject, version } in &registered.references {
            if met.len() < MOST_REFERENCES
                && met.insert((subject.clone(), *version))
                && let Some(referred) = self.version(subject, *version)?
            {
                self.gather(&referred, met, parts)?;
                parts.push(referred.schema);
            }
        }
        Ok(())
    }

    /// What the registry answers; nothing where it does not know the path.
    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        let url = format!("{}/{path}", self.base);
        let mut request =
            self.agent.get(&url).header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let unreachable = |error: ureq::Error| {
            Failure::new(format!("the schema registry `{}` does not answer", self.base)).caused_by(error)
        };
        let mut response = request.call().map_err(unreachable)?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(MOST_OF_AN_ANSWER).read_to_string();
        let body = body.map_err(unreachable)?;
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let title =
                    format!("the schema registry `{}` refuses, with status {}", self.base, status.as_u16());
                Err(Failure::new(title)
                    .help(format!("set {CREDENTIALS} to `user:password`, or to a key and its secret")))
            }
            status if status.is_success() => serde_json::from_str(&body).map(Some).map_err(|error| {
                Failure::new(format!("`{url}` answers as no schema registry does")).caused_by(error)
            }),
            status => Err(Failure::new(format!("`{url}` answers with status {}", status.as_u16()))),
        }
    }
}

/// The URL without what must not be printed, and that.
fn without_credentials(url: &str) -> (String, Option<String>) {
    let url = url.trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        None => (url.to_owned(), None),
        Some(at) => {
            let credentials = percent_decode_str(&rest[..at]).decode_utf8_lossy().into_owned();
            (format!("{scheme}://{}", &rest[at + 1..]), Some(credentials))
        }
    }
}
