use std::{error::Error, fmt, time::Duration};

use crate::{backend::BoxError, signals::cause};

/// What a receiver may return: `()`, or a `Result` with any error.
///
/// An error counts as a failed attempt, and the receiver is [retried](crate::Retry). A [`Refusal`] as the
/// error, or as one of its sources, chooses what happens instead. So `?` works as usual:
///
/// ```
/// # use signalbook_macros::Event;
/// use std::time::Duration;
/// use signalbook_runtime::{Received, Refusal, backend::BoxError};
///
/// # #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// # struct OrderPlaced { id: String }
/// # struct Database;
/// # impl Database {
/// #     fn is_locked(&self) -> bool { false }
/// #     async fn charge(&self, order: u32) -> Result<(), BoxError> { Ok(()) }
/// # }
/// async fn charge(database: Database, event: Received<OrderPlaced>) -> Result<(), BoxError> {
///     let order = event.data.id.parse().map_err(Refusal::reject)?;    // dead-lettered at once
///     if database.is_locked() {
///         return Err(Refusal::not_now(Duration::from_secs(60)).into()); // tried again, not counted
///     }
///     database.charge(order).await?;                                  // tried again, counted
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a receiver cannot return `{Self}`",
    label = "neither `()` nor a `Result<(), _>` whose error converts into `Box<dyn Error + Send + Sync>`"
)]
pub trait Outcome {
    /// Converts the outcome into a result.
    ///
    /// # Errors
    /// Why the receiver failed.
    fn into_result(self) -> Result<(), BoxError>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// An error of a receiver that chooses what happens to the event. See [`Outcome`].
///
/// While an event waits, those of its key wait too, and it counts as one of those that are
/// [processed concurrently](crate::Consumer::concurrency).
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The receiver is called again after this pause, which replaces the one of [`Retry`](crate::Retry). The
    /// attempt counts.
    Retry {
        /// The pause.
        after: Duration,
        /// Why the receiver failed.
        error: BoxError,
    },
    /// The receiver is called again after this pause, any number of times: the attempt does not count. For
    /// what does not depend on the event: a limit of a rate, another service that is down.
    NotNow {
        /// The pause, of at least a millisecond.
        after: Duration,
    },
    /// The receiver is not called again. The event goes to the [dead-letter topic](crate::DeadLetter), with
    /// the reason `rejected`.
    Reject(BoxError),
}

impl Refusal {
    /// Creates a [`Refusal::Retry`].
    pub fn retry(after: Duration, error: impl Into<BoxError>) -> Self {
        Self::Retry { after, error: error.into() }
    }

    /// Creates a [`Refusal::NotNow`].
    pub fn not_now(after: Duration) -> Self {
        Self::NotNow { after }
    }

    /// Creates a [`Refusal::Reject`].
    pub fn reject(error: impl Into<BoxError>) -> Self {
        Self::Reject(error.into())
    }

    /// Finds the refusal in an error of a receiver.
    pub(crate) fn find<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        std::iter::successors(Some(error), |error| cause(*error)).find_map(|error| error.downcast_ref())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { error, .. } | Self::Reject(error) => error.fmt(f),
            Self::NotNow { after } => write!(f, "not now: try again in {after:?}"),
        }
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Retry { error, .. } | Self::Reject(error) => error.source(),
            Self::NotNow { .. } => None,
        }
    }
}
