use std::sync::Arc;

use signalbook_runtime::{
    Bus, Connect, ConnectError, Scheme, Settings,
    backend::{Backend, BackendError, BoxFuture, ErrorKind},
};

/// Opens the bus with this URL, so that configuration can choose the backend.
///
/// | URL | bus | feature |
/// |---|---|---|
/// | `memory:` | a log within this process, a new one with each call | |
/// | `none:` | no bus: what is published is forgotten, and nothing is delivered | |
/// | `sqlite:shop.db`, `sqlite:///var/lib/shop.db` | one file, shared by the processes of a machine | `sqlite` |
///
/// ```
/// use signalbook::{Event, blocking::block_on};
///
/// #[derive(Event)]
/// #[event(type = "com.example.shop.order.placed.v1", key = "id", topics = ["orders"])]
/// struct OrderPlaced {
///     id: String,
/// }
///
/// let bus = block_on(signalbook::connect("memory:"))?;
/// let published = block_on(bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }))?;
/// assert_eq!(published.positions[0].to_string(), "orders[0]@0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The URL is invalid, its backend is not compiled in (the error names the missing feature), or the bus
/// cannot be opened.
pub async fn connect(url: &str) -> Result<Bus, ConnectError> {
    connect_with(url, Settings::new()).await
}

/// Opens the bus with this URL and these settings.
///
/// | URL | settings |
/// |---|---|
/// | `sqlite:` | `max_age` (a duration, `7d`, or `none`), `max_messages`, `unacknowledged` (`keep` or `discard`), `busy_timeout` |
///
/// ```
/// # use signalbook::blocking::block_on;
/// use signalbook::Settings;
///
/// # let folder = tempfile::tempdir()?;
/// # let url = format!("sqlite:{}", folder.path().join("shop.db").display());
/// let settings = Settings::new().set("max_age", "30d").set("max_messages", "1000000");
/// let bus = block_on(signalbook::connect_with(&url, settings))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`connect`]. Also: the bus has no such setting, or a value is invalid.
pub async fn connect_with(url: &str, settings: Settings) -> Result<Bus, ConnectError> {
    Bus::connect_with(url, settings, SCHEMES).await
}

/// The schemes of [`connect`] besides `memory:` and `none:`, including those that are not compiled in.
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("sqlite", "sqlite", SQLITE),
    Scheme::new("redis", "redis", Some(|_, _| none_yet("redis"))),
    Scheme::new("kafka", "kafka", Some(|_, _| none_yet("kafka"))),
];

#[cfg(feature = "sqlite")]
const SQLITE: Option<Connect> = Some(|url, settings| {
    let path = sqlite_file(url).map(ToOwned::to_owned);
    Box::pin(async move {
        let backend = signalbook_sqlite::SqliteBackend::open_with(path?, sqlite_options(settings)?)?;
        Ok(Arc::new(backend) as Arc<dyn Backend>)
    })
});

#[cfg(feature = "sqlite")]
fn sqlite_options(mut settings: Settings) -> Result<signalbook_sqlite::Options, BackendError> {
    use signalbook_sqlite::{Options, Retention, Unacknowledged};

    let (mut options, mut retention) = (Options::default(), Retention::default());
    if settings.is("max_age", "none") {
        settings.take("max_age");
        retention.max_age = None;
    } else if let Some(age) = settings.take_duration("max_age")? {
        retention.max_age = Some(age);
    }
    retention.max_messages = settings.take_number("max_messages")?;
    retention.unacknowledged = match settings.take("unacknowledged").as_deref() {
        None | Some("keep") => Unacknowledged::Keep,
        Some("discard") => Unacknowledged::Discard,
        Some(_) => {
            let message = "the setting `unacknowledged` is neither `keep` nor `discard`";
            return Err(BackendError::new(ErrorKind::Refused, message));
        }
    };
    if let Some(timeout) = settings.take_duration("busy_timeout")? {
        options = options.busy_timeout(timeout);
    }
    settings.finish(&["max_age", "max_messages", "unacknowledged", "busy_timeout"])?;
    Ok(options.retention(retention))
}

#[cfg(not(feature = "sqlite"))]
const SQLITE: Option<Connect> = None;

/// Returns the path of the file of a `sqlite:` URL, without opening it.
///
/// # Errors
/// The path is empty.
pub fn sqlite_file(url: &str) -> Result<&str, BackendError> {
    let url = url.split_once('?').map_or(url, |(url, _parameters)| url);
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    let refused = |message: &str| Err(BackendError::new(ErrorKind::Refused, message));
    if path.is_empty() {
        return refused("the `sqlite:` URL does not name a file: write `sqlite:shop.db`");
    }
    Ok(path)
}

fn none_yet(scheme: &str) -> BoxFuture<'static, Result<Arc<dyn Backend>, BackendError>> {
    let message = format!("this version has no backend for `{scheme}:` yet: use `memory:` or `sqlite:`");
    Box::pin(async move { Err(BackendError::new(ErrorKind::Refused, message)) })
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_file_or_with_wrong_settings_is_rejected() {
        let refused = |url| {
            let connected = signalbook_runtime::blocking::block_on(connect(url));
            connected.map(drop).expect_err("the URL is rejected").to_string()
        };
        assert_eq!(refused("sqlite:"), "the `sqlite:` URL does not name a file: write `sqlite:shop.db`");
        assert_eq!(
            refused("sqlite:shop.db?mode=ro"),
            "the bus has no setting `mode`: it has `max_age`, `max_messages`, `unacknowledged`, `busy_timeout`"
        );
        assert_eq!(
            refused("sqlite:shop.db?unacknowledged=drop"),
            "the setting `unacknowledged` is neither `keep` nor `discard`"
        );
        assert!(refused("sqlite:shop.db?max_age=7").contains("is not a duration"));
        assert!(!std::path::Path::new("shop.db").exists(), "nothing is created");
    }

    #[test]
    fn settings_become_options_of_the_bus() {
        use signalbook_sqlite::{Options, Retention, Unacknowledged};
        use std::time::Duration;

        let (_, settings) = Settings::new()
            .set("max_messages", "7")
            .of_url("sqlite:shop.db?max_age=none&unacknowledged=discard&busy_timeout=3s")
            .expect("parameters");
        let mut retention = Retention::default();
        retention.max_age = None;
        retention.max_messages = Some(7);
        retention.unacknowledged = Unacknowledged::Discard;
        let expected = Options::default().retention(retention).busy_timeout(Duration::from_secs(3));
        assert_eq!(sqlite_options(settings).expect("valid settings"), expected);
    }
}
