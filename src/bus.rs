use std::{ops::Deref, sync::Arc};

use signalbook_runtime::{
    ConnectError, MemoryBus, Scheme,
    backend::{Backend, BackendError, BoxFuture, ErrorKind},
};

/// A bus: publishers and consumers of typed events. Clones are handles on the same bus.
///
/// It is [`signalbook_runtime::Bus`], which it derefs to, and knows the backends that are compiled in:
///
/// | URL | bus | feature |
/// |---|---|---|
/// | `memory:` | a log within this process, a new one with each call | |
/// | `sqlite:shop.db`, `sqlite:///var/lib/shop.db` | one file, shared by the processes of a machine | `sqlite` |
///
/// ```
/// use signalbook::{Bus, Event, blocking::block_on};
///
/// #[derive(Event)]
/// #[event(type = "com.example.shop.order.placed.v1", key = "id", topics = ["orders"])]
/// struct OrderPlaced {
///     id: String,
/// }
///
/// let bus = block_on(Bus::connect("memory:"))?;
/// let published = block_on(bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(published.positions[0].to_string(), "orders[0]@0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bus(signalbook_runtime::Bus);

/// The schemes of [`Bus::connect`] beside `memory:`, those that this build lacks included.
pub const SCHEMES: &[Scheme] = &[
    Scheme { name: "sqlite", feature: "sqlite", connect: SQLITE },
    Scheme { name: "redis", feature: "redis", connect: Some(|_| none_yet("redis")) },
    Scheme { name: "kafka", feature: "kafka", connect: Some(|_| none_yet("kafka")) },
];

impl Bus {
    /// Opens the bus that `url` names.
    ///
    /// # Errors
    /// The URL names no bus, its backend is not built in (the error says which feature brings it), or the bus cannot be
    /// opened.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        signalbook_runtime::Bus::connect_with(url, SCHEMES).await.map(Self)
    }

    /// A bus over a backend.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self(signalbook_runtime::Bus::new(backend))
    }

    /// A bus within this process, which knows what was published on it: for tests.
    pub fn memory() -> MemoryBus {
        signalbook_runtime::Bus::memory()
    }

    /// The same bus with a prefix for each topic, `<prefix>-<topic>`; an empty prefix is none.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self(self.0.with_prefix(prefix))
    }
}

impl Deref for Bus {
    type Target = signalbook_runtime::Bus;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<signalbook_runtime::Bus> for Bus {
    fn from(bus: signalbook_runtime::Bus) -> Self {
        Self(bus)
    }
}

type Opening = BoxFuture<'static, Result<Arc<dyn Backend>, BackendError>>;

#[cfg(feature = "sqlite")]
const SQLITE: Option<fn(&str) -> Opening> = Some(|url| {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path).to_owned();
    Box::pin(async move {
        if path.is_empty() {
            let message = "a `sqlite:` URL names no file: write `sqlite:shop.db`";
            return Err(BackendError::new(ErrorKind::Refused, message));
        }
        Ok(Arc::new(signalbook_sqlite::SqliteBackend::open(path)?) as Arc<dyn Backend>)
    })
});

#[cfg(not(feature = "sqlite"))]
const SQLITE: Option<fn(&str) -> Opening> = None;

fn none_yet(scheme: &str) -> Opening {
    let message =
        format!("this version has no backend for `{scheme}:` yet; there are `memory:` and `sqlite:`");
    Box::pin(async move { Err(BackendError::new(ErrorKind::Refused, message)) })
}
