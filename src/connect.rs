use std::sync::Arc;

use signalbook_runtime::{
    Bus, Connect, ConnectError, Scheme,
    backend::{Backend, BackendError, BoxFuture, ErrorKind},
};

/// Opens the bus with this URL, so that configuration can choose the backend.
///
/// | URL | bus | feature |
/// |---|---|---|
/// | `memory:` | a log within this process, a new one with each call | |
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
    Bus::connect_with(url, SCHEMES).await
}

/// The schemes of [`connect`] besides `memory:`, including those that are not compiled in.
pub const SCHEMES: &[Scheme] = &[
    Scheme { name: "sqlite", feature: "sqlite", connect: SQLITE },
    Scheme { name: "redis", feature: "redis", connect: Some(|_| none_yet("redis")) },
    Scheme { name: "kafka", feature: "kafka", connect: Some(|_| none_yet("kafka")) },
];

#[cfg(feature = "sqlite")]
const SQLITE: Option<Connect> = Some(|url| {
    let path = sqlite_file(url).map(ToOwned::to_owned);
    Box::pin(async move { Ok(Arc::new(signalbook_sqlite::SqliteBackend::open(path?)?) as Arc<dyn Backend>) })
});

#[cfg(not(feature = "sqlite"))]
const SQLITE: Option<Connect> = None;

/// Returns the path of the file of a `sqlite:` URL, without opening it.
///
/// # Errors
/// The path is empty, or the URL has parameters.
pub fn sqlite_file(url: &str) -> Result<&str, BackendError> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    let refused = |message: &str| Err(BackendError::new(ErrorKind::Refused, message));
    if path.is_empty() {
        return refused("the `sqlite:` URL does not name a file: write `sqlite:shop.db`");
    }
    if path.contains('?') {
        return refused("a `sqlite:` URL has no parameters: remove the part after `?`");
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
    fn a_url_without_a_file_is_rejected() {
        let refused = |url| {
            let connected = signalbook_runtime::blocking::block_on(connect(url));
            connected.map(drop).expect_err("the URL is rejected").to_string()
        };
        assert_eq!(refused("sqlite:"), "the `sqlite:` URL does not name a file: write `sqlite:shop.db`");
        assert_eq!(
            refused("sqlite:shop.db?mode=ro"),
            "a `sqlite:` URL has no parameters: remove the part after `?`"
        );
    }
}
