use std::{error::Error, fmt};

use signalbook_model::SchemaError;

/// Why a schema registry gave no answer. It never says credentials.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegistryError {
    /// The credentials are not of the form `user:password`.
    Credentials,
    /// It does not answer.
    Unreachable {
        /// Its URL.
        url: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It wants other credentials.
    Refused {
        /// Its URL.
        url: String,
        /// The status of the answer: 401 or 403.
        status: u16,
    },
    /// It answers as no schema registry does.
    NoRegistry {
        /// What was asked.
        url: String,
        /// What is wrong with the answer, if there is one.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// It answers with an error.
    Status {
        /// What was asked.
        url: String,
        /// The status of the answer.
        status: u16,
    },
    /// A schema is none of Avro's.
    NotAvro {
        /// Its id.
        id: u32,
        /// What it is instead, or what is wrong with it.
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
                write!(f, "the schema registry `{url}` refuses, with status {status}")
            }
            Self::NoRegistry { url, source: None } => write!(f, "there is no schema registry at `{url}`"),
            Self::NoRegistry { url, source: Some(_) } => {
                write!(f, "`{url}` answers as no schema registry does")
            }
            Self::Status { url, status } => write!(f, "`{url}` answers with status {status}"),
            Self::NotAvro { id, .. } => write!(f, "the schema with the id {id} is no Avro schema"),
        }
    }
}

impl Error for RegistryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Credentials | Self::Refused { .. } | Self::Status { .. } => None,
            Self::Unreachable { source, .. } | Self::NotAvro { source, .. } => Some(&**source),
            Self::NoRegistry { source, .. } => {
                source.as_deref().map(|source| source as &(dyn Error + 'static))
            }
        }
    }
}
