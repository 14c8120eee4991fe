use std::time::Duration;

/// How a file is opened: [`SqliteBackend::open_with`](crate::SqliteBackend::open_with).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(crate) retention: Retention,
    pub(crate) busy_timeout: Duration,
}

/// How long messages are kept. Trimmed while this program publishes; the space is used again, the file does not shrink.
///
/// Each program trims by its own retention, so those that share a file should agree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Messages older than this are deleted; none keeps them whatever their age.
    pub max_age: Option<Duration>,
    /// Beyond this many in a topic the oldest are deleted; none keeps any number.
    pub max_messages: Option<u64>,
    /// What becomes of a message that is due but that some group has not acknowledged.
    pub unacknowledged: Unacknowledged,
}

/// What retention does with a message that some group has not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unacknowledged {
    /// It is kept, and so are all after it in its topic: no group loses a message, and a group that never comes back
    /// lets the file grow until [`SqliteBackend::forget_group`](crate::SqliteBackend::forget_group) ends it.
    Keep,
    /// It is deleted all the same: the file is bounded, and a group that falls behind loses messages.
    Discard,
}

impl Options {
    /// Sets how long messages are kept.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long a call waits for other processes that hold the file locked. A transaction of this crate holds it for
    /// milliseconds, so that only a foreign tool, or a disk that stalls, makes it wait longer.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }
}

impl Default for Options {
    /// The default retention, and ten seconds of patience with a locked file.
    fn default() -> Self {
        Self { retention: Retention::default(), busy_timeout: Duration::from_secs(10) }
    }
}

impl Default for Retention {
    /// A week, any number, and never what a group has not acknowledged.
    fn default() -> Self {
        Self {
            max_age: Some(Duration::from_secs(7 * 24 * 60 * 60)),
            max_messages: None,
            unacknowledged: Unacknowledged::Keep,
        }
    }
}
