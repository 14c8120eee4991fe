use std::{error::Error, fmt};

use signalbook_model::SchemaError;

/// Why a request to a schema registry failed. Never contains credentials.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegistryError {
    /// The credentials are not of the form `user:password`.
    Credentials,
    /// The registry does not answer.
    Unreachable {
        /// The URL of the registry.
        url: String,
        /// The error of the HTTP client.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The registry rejects the credentials, or requires some.
    Refused {
        /// The URL of the registry.
        url: String,
        /// The status of the answer: 401 or 403.
        status: u16,
    },
    /// The answer is not that of a schema registry.
    NoRegistry {
        /// The URL of the request.
        url: String,
        /// What is wrong with the answer; `None` if the registry does not know the path.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The registry returns an error.
    Status {
        /// The URL of the request.
        url: String,
        /// The status of the answer.
        status: u16,
    },
    /// A schema refers to a version that the registry does not have.
    MissingReference {
        /// The subject to which it refers.
        subject: String,
        /// The version of the subject.
        version: u32,
    },
    /// A schema is not an Avro schema.
    NotAvro {
        /// The id of the schema.
        id: u32,
        /// The type of the schema, or what is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl RegistryError {
    pub(crate) fn schema(id: u32, error: SchemaError) -> Self {
        Self::NotAvro { id, source: Box::new(error) }
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials => {
                f.write_str("the credentials of the schema registry are not of the form `user:password`")
            }
            Self::Unreachable { url, .. } => write!(f, "the schema registry `{url}` does not answer"),
            Self::Refused { url, status } => {
                write!(f, "the schema registry `{url}` denies access, with status {status}")
            }
            Self::NoRegistry { url, source: None } => write!(f, "there is no schema registry at `{url}`"),
            Self::NoRegistry { url, source: Some(_) } => {
                write!(f, "the answer of `{url}` is not that of a schema registry")
            }
            Self::Status { url, status } => write!(f, "`{url}` answers with status {status}"),
            Self::MissingReference { subject, version } => {
                write!(f, "it refers to version {version} of `{subject}`, which the registry does not have")
            }
            Self::NotAvro { id, .. } => write!(f, "the schema with the id {id} is not an Avro schema"),
        }
    }
}

impl Error for RegistryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Credentials
            | Self::Refused { .. }
            | Self::Status { .. }
            | Self::MissingReference { .. } => None,
            Self::Unreachable { source, .. } | Self::NotAvro { source, .. } => Some(&**source),
            Self::NoRegistry { source, .. } => {
                source.as_deref().map(|source| source as &(dyn Error + 'static))
            }
        }
    }
}
