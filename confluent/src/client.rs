use std::{collections::BTreeSet, error::Error, fmt, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};
use signalbook_model::Schema;
use ureq::{
    Agent,
    http::StatusCode,
    tls::{RootCerts, TlsConfig},
};

use crate::{
    RegistryError, references,
    registered::{Identified, Reference, Registered},
};

/// The timeout of a request.
const PATIENCE: Duration = Duration::from_secs(30);
/// The maximum size of an answer in bytes.
const MOST_OF_AN_ANSWER: u64 = 16 << 20;
/// How many schemas one may refer to, directly or indirectly.
const MOST_REFERENCES: usize = 1000;

/// A client of a schema registry.
#[derive(Clone)]
pub struct SchemaRegistry {
    agent: Agent,
    /// The URL, without credentials and without a trailing `/`.
    base: String,
    /// The value of the header `Authorization`.
    authorization: Option<String>,
}

impl SchemaRegistry {
    /// Creates a client of the registry at `url`, the URL that producers use as `schema.registry.url`. It may
    /// contain credentials: `https://user:password@…`. No request is sent yet.
    ///
    /// # Errors
    /// The credentials have no password.
    pub fn new(url: &str) -> Result<Self, RegistryError> {
        let (base, credentials) = without_credentials(url);
        // Use the system's root certificates: a registry within a company often has a certificate of the
        // company.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .user_agent(concat!("signalbook/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build()
            .new_agent();
        let registry = Self { agent, base, authorization: None };
        match credentials {
            Some(credentials) => registry.credentials(&credentials),
            None => Ok(registry),
        }
    }

    /// Sets the credentials `user:password`, or a key and its secret.
    ///
    /// # Errors
    /// The credentials do not have this form.
    pub fn credentials(mut self, credentials: &str) -> Result<Self, RegistryError> {
        if !credentials.contains(':') {
            return Err(RegistryError::Credentials);
        }
        self.authorization = Some(format!("Basic {}", BASE64_STANDARD.encode(credentials)));
        Ok(self)
    }

    /// Whether the client has credentials.
    pub fn has_credentials(&self) -> bool {
        self.authorization.is_some()
    }

    /// Returns the URL of the registry, without credentials.
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Returns the Avro schema with this id, including all schemas that it refers to, or `None` if the
    /// registry does not have the id.
    ///
    /// # Errors
    /// The registry does not answer or returns an error, or the schema is not an Avro schema.
    pub fn schema(&self, id: u32) -> Result<Option<String>, RegistryError> {
        let Some(found) = self.get::<Identified>(&format!("schemas/ids/{id}"))? else { return Ok(None) };
        let Identified { schema_type, schema, references } = found;
        if let Some(kind) = schema_type.filter(|kind| kind != "AVRO") {
            return Err(RegistryError::NotAvro { id, source: format!("it is of the type {kind}").into() });
        }
        if references.is_empty() {
            return Ok(Some(schema));
        }
        let text = self.joined(&schema, &references)?;
        let (joined, _irregularities) =
            Schema::parse_lenient(&text).map_err(|error| RegistryError::schema(id, error))?;
        Ok(Some(references::last(joined).to_json()))
    }

    /// Returns [`schema`](Self::schema) as a look-up for `Consumer::schemas`. A call takes 30 seconds at most
    /// per request.
    pub fn lookup(
        self,
    ) -> impl Fn(u32) -> Result<Option<String>, Box<dyn Error + Send + Sync>> + Send + Sync + 'static {
        move |id| self.schema(id).map_err(Into::into)
    }

    /// Returns all subjects, sorted.
    ///
    /// # Errors
    /// The registry does not answer or returns an error.
    pub fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        let subjects: Option<Vec<String>> = self.get("subjects")?;
        // A registry without subjects answers with an empty list.
        let no_registry =
            || RegistryError::NoRegistry { url: format!("{}/subjects", self.base), source: None };
        let mut subjects = subjects.ok_or_else(no_registry)?;
        subjects.sort();
        Ok(subjects)
    }

    /// Returns the versions of a subject, the oldest first, without deleted ones. Returns no versions if the
    /// registry does not have the subject.
    ///
    /// # Errors
    /// The registry does not answer or returns an error.
    pub fn versions(&self, subject: &str) -> Result<Vec<Registered>, RegistryError> {
        let path = format!("subjects/{}/versions", utf8_percent_encode(subject, NON_ALPHANUMERIC));
        let mut numbers: Vec<u32> = self.get(&path)?.unwrap_or_default();
        numbers.sort_unstable();
        let versions = numbers.into_iter().map(|version| self.version(subject, version));
        versions.filter_map(Result::transpose).collect()
    }

    /// Returns the text of a schema with its references. A schema that refers to others becomes a record with
    /// a field for each of them and a last field for the schema itself, so that names can be resolved.
    /// [`Registered::without_references`] extracts the schema again.
    ///
    /// # Errors
    /// The registry does not answer or returns an error, or does not have one of them.
    pub fn with_references(&self, registered: &Registered) -> Result<String, RegistryError> {
        if registered.references.is_empty() {
            return Ok(registered.schema.clone());
        }
        self.joined(&registered.schema, &registered.references)
    }

    fn version(&self, subject: &str, version: u32) -> Result<Option<Registered>, RegistryError> {
        self.get(&format!("subjects/{}/versions/{version}", utf8_percent_encode(subject, NON_ALPHANUMERIC)))
    }

    fn joined(&self, schema: &str, references: &[Reference]) -> Result<String, RegistryError> {
        let (mut known, mut parts) = (BTreeSet::new(), Vec::new());
        self.gather(references, &mut known, &mut parts)?;
        parts.push(schema.to_owned());
        Ok(references::join(&parts))
    }

    fn gather(
        &self,
        references: &[Reference],
        known: &mut BTreeSet<(String, u32)>,
        parts: &mut Vec<String>,
    ) -> Result<(), RegistryError> {
        for Reference { subject, version } in references {
            if known.len() < MOST_REFERENCES && known.insert((subject.clone(), *version)) {
                let referred = match self.version(subject, *version) {
                    // Some registries answer without a code.
                    Ok(None) | Err(RegistryError::NoRegistry { source: None, .. }) => {
                        let subject = subject.clone();
                        return Err(RegistryError::MissingReference { subject, version: *version });
                    }
                    Ok(Some(referred)) => referred,
                    Err(error) => return Err(error),
                };
                self.gather(&referred.references, known, parts)?;
                parts.push(referred.schema);
            }
        }
        Ok(())
    }

    /// Sends a request. Returns `None` if the registry says that there is no such subject, version or schema.
    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, RegistryError> {
        let url = format!("{}/{path}", self.base);
        let mut request =
            self.agent.get(&url).header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let unreachable = |error: ureq::Error| RegistryError::Unreachable {
            url: self.base.clone(),
            source: Box::new(error),
        };
        let mut response = request.call().map_err(unreachable)?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(MOST_OF_AN_ANSWER).read_to_string();
        let body = body.map_err(unreachable)?;
        match status {
            StatusCode::NOT_FOUND if is_unknown(&body) => Ok(None),
            StatusCode::NOT_FOUND => Err(RegistryError::NoRegistry { url, source: None }),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(RegistryError::Refused { url: self.base.clone(), status: status.as_u16() })
            }
            status if status.is_success() => serde_json::from_str(&body)
                .map(Some)
                .map_err(|error| RegistryError::NoRegistry { url, source: Some(Box::new(error)) }),
            status => Err(RegistryError::Status { url, status: status.as_u16() }),
        }
    }
}

/// Whether the body of an answer with status 404 says that there is no such subject (40401), version (40402)
/// or schema (40403). Otherwise something else answered, such as a proxy, and the registry may have it.
fn is_unknown(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Problem {
        error_code: u32,
    }
    serde_json::from_str(body).is_ok_and(|problem: Problem| (40401..=40403).contains(&problem.error_code))
}

/// Omits the credentials.
impl fmt::Debug for SchemaRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaRegistry").field("url", &self.base).finish_non_exhaustive()
    }
}

/// Splits a URL into the URL without credentials, and the credentials.
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
