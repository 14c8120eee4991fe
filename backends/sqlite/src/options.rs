use std::time::Duration;

/// The options of [`SqliteBackend::open_with`](crate::SqliteBackend::open_with).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(crate) retention: Retention,
    pub(crate) busy_timeout: Duration,
}

/// How long messages are kept. Old messages are deleted while this program publishes. Their space is used
/// again; the file does not shrink.
///
/// Each program applies its own retention, so programs that share a file should use the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Messages older than this are deleted. With `None` messages of any age are kept.
    pub max_age: Option<Duration>,
    /// When a topic has more messages than this, the oldest are deleted. With `None` any number is kept.
    pub max_messages: Option<u64>,
    /// What happens to old messages that some group has not acknowledged.
    pub unacknowledged: Unacknowledged,
}

/// What retention does with messages that some group has not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unacknowledged {
    /// They are kept, and so are all later messages of the topic. No group loses a message. If a group never
    /// returns, the file grows until [`Admin::forget`](signalbook_runtime::backend::Admin::forget) is
    /// called.
    Keep,
    /// They are deleted. The file is bounded, and a group that falls behind loses messages. It learns of it,
    /// once and also after a restart: [`Batch::gaps`](signalbook_runtime::backend::Batch::gaps). Messages
    /// that a member holds are lost only if the member does not acknowledge them.
    Discard,
}

impl Options {
    /// Sets how long messages are kept.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long a call waits while other processes hold a lock on the file. Transactions of this crate
    /// take milliseconds, so only another program or a slow disk makes a call wait longer.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }
}

impl Default for Options {
    /// The default retention, and a busy timeout of ten seconds.
    fn default() -> Self {
        Self { retention: Retention::default(), busy_timeout: Duration::from_secs(10) }
    }
}

impl Default for Retention {
    /// One week, any number of messages, and only messages that all groups have acknowledged.
    fn default() -> Self {
        Self {
            max_age: Some(Duration::from_secs(7 * 24 * 60 * 60)),
            max_messages: None,
            unacknowledged: Unacknowledged::Keep,
        }
    }
}
