use std::{error::Error, fmt, sync::Arc};

use crate::{
    Bus, MemoryBackend,
    backend::{Backend, BackendError, BoxFuture},
};

/// A kind of bus that a URL can name: `sqlite:shop.db` is of the scheme `sqlite`.
///
/// This crate knows `memory:` alone; who depends on backends lists theirs, those left out of the build too, so that the
/// error can say what to turn on.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// What stands before the colon.
    pub name: &'static str,
    /// The feature that brings the backend.
    pub feature: &'static str,
    /// Opens the whole URL; none where the feature is off.
    pub connect: Option<Connect>,
}

/// Opens the bus that a URL names.
pub type Connect = fn(url: &str) -> BoxFuture<'static, Result<Arc<dyn Backend>, BackendError>>;

/// Why a URL gives no bus.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// It has no scheme, or one that nobody knows.
    UnknownScheme {
        /// The scheme, empty where there is none.
        scheme: Box<str>,
        /// The schemes there are.
        known: Vec<&'static str>,
    },
    /// The backend is not part of this build.
    NotBuilt {
        /// The scheme.
        scheme: &'static str,
        /// The feature that brings it.
        feature: &'static str,
    },
    /// The backend could not open it.
    Backend(BackendError),
}

impl Bus {
    /// Opens the bus that `url` names, among `schemes` and `memory:`.
    ///
    /// # Errors
    /// Nobody knows the scheme, its backend is not built in, or it could not be opened.
    pub async fn connect_with(url: &str, schemes: &[Scheme]) -> Result<Self, ConnectError> {
        let name = url.split_once(':').map_or("", |(name, _)| name);
        if name == "memory" {
            return Ok(Self::new(Arc::new(MemoryBackend::new())));
        }
        let Some(scheme) = schemes.iter().find(|scheme| scheme.name == name) else {
            let known = std::iter::once("memory").chain(schemes.iter().map(|scheme| scheme.name)).collect();
            return Err(ConnectError::UnknownScheme { scheme: name.into(), known });
        };
        let not_built = ConnectError::NotBuilt { scheme: scheme.name, feature: scheme.feature };
        let connect = scheme.connect.ok_or(not_built)?;
        connect(url).await.map(Self::new).map_err(ConnectError::Backend)
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScheme { scheme, known } => {
                match &**scheme {
                    "" => f.write_str("the URL of the bus has no scheme")?,
                    scheme => write!(f, "no bus has the scheme `{scheme}`")?,
                }
                write!(f, ": it begins with one of `{}:`", known.join(":`, `"))
            }
            Self::NotBuilt { scheme, feature } => {
                write!(f, "this build has no bus `{scheme}:`: turn on the feature `{feature}`")
            }
            Self::Backend(error) => error.fmt(f),
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UnknownScheme { .. } | Self::NotBuilt { .. } => None,
            Self::Backend(error) => error.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{backend::ErrorKind, blocking::block_on};

    const SCHEMES: &[Scheme] = &[
        Scheme { name: "broken", feature: "broken", connect: Some(|_| Box::pin(async { Err(refused()) })) },
        Scheme { name: "kafka", feature: "kafka", connect: None },
    ];

    fn refused() -> BackendError {
        BackendError::new(ErrorKind::Refused, "not today")
    }

    #[test]
    fn an_error_says_what_to_do() {
        let connect =
            |url| block_on(Bus::connect_with(url, SCHEMES)).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(connect("memory:"), Ok(()));
        assert_eq!(
            connect("kafka://host"),
            Err("this build has no bus `kafka:`: turn on the feature `kafka`".into())
        );
        assert_eq!(connect("broken:"), Err("not today".into()));
        let known = "it begins with one of `memory:`, `broken:`, `kafka:`";
        assert_eq!(connect("amqp://host"), Err(format!("no bus has the scheme `amqp`: {known}")));
        assert_eq!(connect("shop.db"), Err(format!("the URL of the bus has no scheme: {known}")));
    }
}
