//! Commands for the engine's thread.

use std::{fmt, sync::mpsc::Sender, time::Duration};

use signalbook_runtime::backend::{BackendError, Batch, Outgoing, Partition, Position, Start, Subscription};

use crate::{
    reply::{Reply, question},
    revocation_notice::Notice,
    store::{BackendResult, Durability, Result, Store},
};

/// A command for the thread, with the means to reply.
#[derive(Debug)]
pub(crate) enum Command {
    Publish {
        batch: Vec<Outgoing>,
        reply: Reply<BackendResult<Vec<Position>>>,
    },
    /// Replies with the membership, which leaves the group when it is dropped without being received.
    Subscribe {
        subscription: Subscription,
        commands: Sender<Command>,
        reply: Reply<BackendResult<Membership>>,
    },
    Receive {
        member: i64,
        max: usize,
        wait: Duration,
        reply: Reply<BackendResult<Batch>>,
    },
    Acknowledge {
        member: i64,
        positions: Vec<Position>,
        reply: Reply<BackendResult<()>>,
    },
    GiveBack {
        member: i64,
        positions: Vec<Position>,
        reply: Reply<BackendResult<()>>,
    },
    PublishAndAcknowledge {
        member: i64,
        batch: Vec<Outgoing>,
        positions: Vec<Position>,
        reply: Reply<BackendResult<Vec<Position>>>,
    },
    KeepAlive {
        member: i64,
        reply: Reply<BackendResult<()>>,
    },
    /// A batch that was not received.
    PutBack {
        member: i64,
        batch: Batch,
    },
    Leave {
        member: i64,
        reply: Reply<BackendResult<()>>,
    },
    Seek {
        group: Box<str>,
        targets: Vec<(Partition, Start)>,
        reply: Reply<BackendResult<()>>,
    },
    Forget {
        group: Box<str>,
        reply: Reply<BackendResult<bool>>,
    },
    Read(Query),
    /// Replies once the commands before it have succeeded or failed.
    Flush {
        reply: Reply<BackendResult<()>>,
    },
    PutSchema {
        scope: Box<str>,
        name: Box<str>,
        value: Vec<u8>,
        reply: Reply<BackendResult<Vec<u8>>>,
    },
    Close {
        reply: Reply<BackendResult<()>>,
    },
}

/// Queries that only read the file, and their reply. They wait for no other command and for no flush.
pub(crate) struct Query(Box<dyn FnOnce(&Store) + Send>);

/// A membership in a group. Dropping it leaves the group, even inside a future whose result was not received.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) id: i64,
    /// The partitions of its topics.
    pub(crate) partitions: Vec<Partition>,
    pub(crate) notice: Notice,
    pub(crate) commands: Sender<Command>,
}

impl Drop for Membership {
    fn drop(&mut self) {
        // The reply is ignored. If the thread has ended, so has the membership.
        let (reply, _) = question();
        drop(self.commands.send(Command::Leave { member: self.id, reply }));
    }
}

impl Query {
    pub(crate) fn new<T: Send + 'static>(
        queries: impl Fn(&Store) -> Result<BackendResult<T>> + Send + 'static,
        reply: Reply<BackendResult<T>>,
    ) -> Self {
        Self(Box::new(move |store| drop(reply.send(store.read(queries)))))
    }

    pub(crate) fn answer(self, store: &Store) {
        (self.0)(store);
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").finish_non_exhaustive()
    }
}

impl Command {
    /// The number of messages that the command writes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Publish { batch, .. } => batch.len(),
            Self::Acknowledge { positions, .. } | Self::GiveBack { positions, .. } => positions.len(),
            Self::PublishAndAcknowledge { batch, positions, .. } => batch.len() + positions.len(),
            Self::PutBack { batch, .. } => batch.deliveries.len(),
            Self::Subscribe { .. }
            | Self::Receive { .. }
            | Self::KeepAlive { .. }
            | Self::Leave { .. }
            | Self::Seek { .. }
            | Self::Forget { .. }
            | Self::Read(_)
            | Self::Flush { .. }
            | Self::PutSchema { .. }
            | Self::Close { .. } => 1,
        }
    }

    /// What the effect must survive. Which member holds a message may be lost with the power, because then no
    /// member runs.
    pub(crate) fn durability(&self) -> Durability {
        match self {
            // An acknowledgement without positions, as some loops make, needs no flush.
            Self::Acknowledge { positions, .. } if positions.is_empty() => Durability::Process,
            Self::Publish { .. }
            | Self::Subscribe { .. }
            | Self::Acknowledge { .. }
            | Self::PublishAndAcknowledge { .. }
            | Self::Seek { .. }
            | Self::Forget { .. }
            | Self::PutSchema { .. } => Durability::Power,
            Self::Receive { .. }
            | Self::KeepAlive { .. }
            | Self::PutBack { .. }
            | Self::GiveBack { .. }
            | Self::Leave { .. }
            | Self::Read(_)
            | Self::Flush { .. }
            | Self::Close { .. } => Durability::Process,
        }
    }

    /// Replies with an error, without executing the command.
    pub(crate) fn refuse(self, error: BackendError) {
        // A dropped receiver does not need the reply.
        match self {
            Self::Publish { reply, .. } | Self::PublishAndAcknowledge { reply, .. } => {
                drop(reply.send(Err(error)));
            }
            Self::Subscribe { reply, .. } => drop(reply.send(Err(error))),
            Self::Receive { reply, .. } => drop(reply.send(Err(error))),
            Self::Acknowledge { reply, .. }
            | Self::GiveBack { reply, .. }
            | Self::KeepAlive { reply, .. }
            | Self::Leave { reply, .. }
            | Self::Seek { reply, .. }
            | Self::Flush { reply }
            | Self::Close { reply } => drop(reply.send(Err(error))),
            Self::Forget { reply, .. } => drop(reply.send(Err(error))),
            Self::PutSchema { reply, .. } => drop(reply.send(Err(error))),
            // The lease of the member expires, and the messages become free. Queries were answered before.
            Self::PutBack { .. } | Self::Read(_) => {}
        }
    }
}
