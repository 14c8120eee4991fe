//! What the thread can be asked.

use std::{sync::mpsc::Sender, time::Duration};

use signalbook_runtime::backend::{BackendError, Batch, Outgoing, Position, Subscription};

use crate::{
    reply::{Reply, question},
    store::{Durability, Refusable},
};

/// A question to the thread, with the place for its answer.
#[derive(Debug)]
pub(crate) enum Command {
    Publish {
        batch: Vec<Outgoing>,
        reply: Reply<Refusable<Vec<Position>>>,
    },
    /// Answered with the member, which leaves again where nobody takes it.
    Subscribe {
        subscription: Subscription,
        commands: Sender<Command>,
        reply: Reply<Refusable<Membership>>,
    },
    Receive {
        member: i64,
        max: usize,
        wait: Duration,
        reply: Reply<Refusable<Batch>>,
    },
    Acknowledge {
        member: i64,
        positions: Vec<Position>,
        reply: Reply<Refusable<()>>,
    },
    KeepAlive {
        member: i64,
        reply: Reply<Refusable<()>>,
    },
    /// A batch that nobody took.
    PutBack {
        member: i64,
        batch: Batch,
    },
    Leave {
        member: i64,
        reply: Reply<Refusable<()>>,
    },
    ForgetGroup {
        group: Box<str>,
        reply: Reply<Refusable<bool>>,
    },
    Close {
        reply: Reply<Refusable<()>>,
    },
}

/// A member of a group; leaves it when dropped, wherever that is: with a future too whose answer nobody took.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) id: i64,
    pub(crate) commands: Sender<Command>,
}

impl Drop for Membership {
    fn drop(&mut self) {
        // Nobody waits for the answer. Where the thread is gone, so is the membership.
        let (reply, _) = question();
        drop(self.commands.send(Command::Leave { member: self.id, reply }));
    }
}

impl Command {
    /// How many messages it writes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Publish { batch, .. } => batch.len(),
            Self::Acknowledge { positions, .. } => positions.len(),
            Self::PutBack { batch, .. } => batch.deliveries.len(),
            Self::Subscribe { .. }
            | Self::Receive { .. }
            | Self::KeepAlive { .. }
            | Self::Leave { .. }
            | Self::ForgetGroup { .. }
            | Self::Close { .. } => 1,
        }
    }

    /// What its effect must survive: who holds what may be lost with the power, since then nobody holds it.
    pub(crate) fn durability(&self) -> Durability {
        match self {
            // A loop that acknowledges all that it received often has received nothing.
            Self::Acknowledge { positions, .. } if positions.is_empty() => Durability::Process,
            Self::Publish { .. }
            | Self::Subscribe { .. }
            | Self::Acknowledge { .. }
            | Self::ForgetGroup { .. } => Durability::Power,
            Self::Receive { .. }
            | Self::KeepAlive { .. }
            | Self::PutBack { .. }
            | Self::Leave { .. }
            | Self::Close { .. } => Durability::Process,
        }
    }

    /// Answers without carrying it out.
    pub(crate) fn refuse(self, error: BackendError) {
        // Whoever does not wait for the answer does not need it.
        match self {
            Self::Publish { reply, .. } => drop(reply.send(Err(error))),
            Self::Subscribe { reply, .. } => drop(reply.send(Err(error))),
            Self::Receive { reply, .. } => drop(reply.send(Err(error))),
            Self::Acknowledge { reply, .. }
            | Self::KeepAlive { reply, .. }
            | Self::Leave { reply, .. }
            | Self::Close { reply } => drop(reply.send(Err(error))),
            Self::ForgetGroup { reply, .. } => drop(reply.send(Err(error))),
            // The lease of its member runs out, and the messages are free.
            Self::PutBack { .. } => {}
        }
    }
}
