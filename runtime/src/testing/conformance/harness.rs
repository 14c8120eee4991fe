use std::{collections::BTreeSet, fmt, time::Duration};

use crate::backend::{Backend, Position, Subscriber};

/// A log under test, as the cases of the suite use it.
///
/// The cases share the log or have one each, as the function that makes the harness decides. They use topics
/// and groups of their own.
///
/// ```
/// use signalbook_runtime::{
///     MemoryBackend,
///     backend::{Backend, Position},
///     testing::conformance::{Capabilities, Capability, Harness},
/// };
///
/// struct Memory(MemoryBackend);
///
/// impl Harness for Memory {
///     fn open(&self) -> Box<dyn Backend> {
///         Box::new(self.0.clone())
///     }
///
///     fn capabilities(&self) -> Capabilities {
///         let all = [Capability::Admin, Capability::SchemaStore, Capability::Discard];
///         all.into_iter().fold(Capabilities::none(), Capabilities::with)
///     }
///
///     fn discard(&self, before: &Position) {
///         self.0.discard(&before.partition.topic, &before.offset).expect("an offset");
///     }
/// }
///
/// signalbook_runtime::conformance!(|| Memory(MemoryBackend::new()));
/// ```
// A harness belongs to a test, and a test panics if it cannot do what it must.
#[allow(clippy::missing_panics_doc)]
pub trait Harness: Send + Sync {
    /// Opens a handle on the log. Each call returns another one: as far as the log can tell, each is in a
    /// process of its own.
    fn open(&self) -> Box<dyn Backend>;

    /// What the log and this harness can do. A case that needs more prints that it is skipped.
    fn capabilities(&self) -> Capabilities;

    /// Creates a topic, which has this number of partitions if the log has [`Capability::Partitions`]. By
    /// default it does nothing, for a log that creates topics when they are used.
    fn create_topic(&self, name: &str, partitions: u32) {
        let _ = (name, partitions);
    }

    /// How long a case waits before it concludes that nothing happens. At least the time that a message takes
    /// from one handle to another.
    fn settle(&self) -> Duration {
        Duration::from_millis(50)
    }

    /// How long a case waits for what must happen, before it fails.
    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// The `claim_after` of members that die: the smallest one that the log keeps to.
    fn claim_after(&self) -> Duration {
        Duration::from_millis(400)
    }

    /// Kills a member: it makes no more calls, and does not leave its group. By default it is dropped.
    fn kill(&self, member: Box<dyn Subscriber>) {
        drop(member);
    }

    /// Discards the messages of a partition before a position, as a log does that deletes old messages.
    /// Required for [`Capability::Discard`].
    fn discard(&self, before: &Position) {
        panic!("the harness declares that messages are discarded, but cannot discard those before {before}");
    }

    /// Takes away the permission to record schemas. Required for [`Capability::RefuseSchemas`].
    fn refuse_schemas(&self) {
        panic!("the harness declares that schemas are refused, but cannot refuse them");
    }

    /// Stops the broker. The handles stay open. Required for [`Capability::Restart`].
    fn stop(&self) {
        panic!("the harness declares that the broker stops, but cannot stop it");
    }

    /// Starts the broker again. Required for [`Capability::Restart`].
    fn start(&self) {
        panic!("the harness declares that the broker starts, but cannot start it");
    }
}

/// Something that not every log can do, or not every harness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// A topic has several partitions.
    Partitions,
    /// The log assigns whole partitions to members:
    /// [`Subscriber::rebalance`](crate::backend::Subscriber::rebalance).
    Rebalance,
    /// [`Backend::admin`] returns the administration.
    Admin,
    /// [`Backend::schema_store`] returns the schema store.
    SchemaStore,
    /// [`Harness::refuse_schemas`] takes away the permission to record schemas.
    RefuseSchemas,
    /// [`Harness::discard`] deletes messages.
    Discard,
    /// [`Harness::stop`] and [`Harness::start`] stop and start the broker.
    Restart,
}

/// What a log and its harness can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// What every log can do, and nothing else.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a capability.
    #[must_use]
    pub fn with(mut self, capability: Capability) -> Self {
        self.0.insert(capability);
        self
    }

    /// Whether this one is among them.
    pub fn has(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partitions => "topics with several partitions",
            Self::Rebalance => "assigned partitions",
            Self::Admin => "an administration",
            Self::SchemaStore => "a schema store",
            Self::RefuseSchemas => "a way to refuse schemas",
            Self::Discard => "a way to discard messages",
            Self::Restart => "a broker that stops and starts",
        })
    }
}
