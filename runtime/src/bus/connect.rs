use std::{error::Error, fmt, sync::Arc};

use super::{none::NoBus, settings::Settings};
use crate::{
    Bus, MemoryBackend,
    backend::{Backend, BackendError, BoxFuture},
};

/// A URL scheme that selects a backend: `sqlite:shop.db` has the scheme `sqlite`.
///
/// This crate itself only knows `memory:` and `none:`. A crate that depends on backends lists their schemes,
/// including those that are not compiled in, so that the error can name the missing feature.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scheme {
    /// The part of the URL before the colon.
    pub name: &'static str,
    /// The feature that enables the backend.
    pub feature: &'static str,
    /// Opens the bus of a URL; `None` if the feature is off.
    pub connect: Option<Connect>,
}

impl Scheme {
    /// A scheme. `connect` is `None` if the feature is off.
    pub const fn new(name: &'static str, feature: &'static str, connect: Option<Connect>) -> Self {
        Self { name, feature, connect }
    }
}

/// Opens the bus with this URL, whose parameters are among the settings.
pub type Connect =
    fn(url: &str, settings: Settings) -> BoxFuture<'static, Result<Arc<dyn Backend>, BackendError>>;

/// Why a URL could not be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL has no scheme, or an unknown one.
    UnknownScheme {
        /// The scheme; empty if the URL has no scheme.
        scheme: Box<str>,
        /// The known schemes.
        known: Vec<&'static str>,
    },
    /// The backend is not compiled in.
    NotBuilt {
        /// The scheme.
        scheme: &'static str,
        /// The feature that enables the backend.
        feature: &'static str,
    },
    /// The backend could not open the bus.
    Backend(BackendError),
}

/// Opens a bus of this crate.
type Open = fn() -> Arc<dyn Backend>;

/// The schemes of this crate.
const OWN: [(&str, Open); 2] =
    [("memory", || Arc::new(MemoryBackend::new())), ("none", || Arc::new(NoBus::new()))];

impl Bus {
    /// Opens the bus with this URL and these settings. Its scheme must be one of `schemes`, `memory:` for a
    /// bus within this process, or `none:` for a bus that forgets what is published and delivers nothing.
    ///
    /// # Errors
    /// The scheme is unknown, its backend is not compiled in, or the backend could not open the bus: for
    /// example because it has no such setting.
    pub async fn connect_with(
        url: &str,
        settings: Settings,
        schemes: &[Scheme],
    ) -> Result<Self, ConnectError> {
        let (url, settings) = settings.of_url(url).map_err(ConnectError::Backend)?;
        let name = url.split_once(':').map_or("", |(name, _)| name);
        if let Some((_, open)) = OWN.iter().find(|(own, _)| *own == name) {
            settings.finish(&[]).map_err(ConnectError::Backend)?;
            return Ok(Self::new(open()));
        }
        let Some(scheme) = schemes.iter().find(|scheme| scheme.name == name) else {
            let known = OWN.iter().map(|(own, _)| *own).chain(schemes.iter().map(|scheme| scheme.name));
            let known = known.collect();
            return Err(ConnectError::UnknownScheme { scheme: name.into(), known });
        };
        let not_built = ConnectError::NotBuilt { scheme: scheme.name, feature: scheme.feature };
        let connect = scheme.connect.ok_or(not_built)?;
        connect(url, settings).await.map(Self::new).map_err(ConnectError::Backend)
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScheme { scheme, known } => {
                match &**scheme {
                    "" => f.write_str("the URL of the bus has no scheme")?,
                    scheme => write!(f, "unknown bus scheme `{scheme}`")?,
                }
                write!(f, ": it must begin with one of `{}:`", known.join(":`, `"))
            }
            Self::NotBuilt { scheme, feature } => {
                write!(f, "the backend of `{scheme}:` is not compiled in: enable the feature `{feature}`")
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
        Scheme {
            name: "broken",
            feature: "broken",
            connect: Some(|_, _| Box::pin(async { Err(refused()) })),
        },
        Scheme { name: "kafka", feature: "kafka", connect: None },
    ];

    fn refused() -> BackendError {
        BackendError::new(ErrorKind::Refused, "not today")
    }

    #[test]
    fn an_error_says_what_to_do() {
        let connect = |url| {
            let connected = block_on(Bus::connect_with(url, Settings::new(), SCHEMES));
            connected.map(drop).map_err(|error| error.to_string())
        };
        assert_eq!((connect("memory:"), connect("none:")), (Ok(()), Ok(())));
        assert_eq!(
            connect("memory:?size=7"),
            Err("the bus has no setting `size`: it has no settings".into())
        );
        assert_eq!(
            connect("kafka://host"),
            Err("the backend of `kafka:` is not compiled in: enable the feature `kafka`".into())
        );
        assert_eq!(connect("broken:"), Err("not today".into()));
        let known = "it must begin with one of `memory:`, `none:`, `broken:`, `kafka:`";
        assert_eq!(connect("amqp://host"), Err(format!("unknown bus scheme `amqp`: {known}")));
        assert_eq!(connect("shop.db"), Err(format!("the URL of the bus has no scheme: {known}")));
    }
}
