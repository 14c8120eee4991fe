//! Helpers of the tests.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use signalbook_runtime::{
    backend::{Admin, Backend as _, Batch, Delivery, Message, Outgoing, Position, Subscriber, Subscription},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;
use tempfile::TempDir;

/// Longer than any test takes, however slow the machine is.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A file in a temporary folder.
#[derive(Debug)]
pub(crate) struct TempDatabase {
    folder: TempDir,
}

impl TempDatabase {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("the temporary folder is writable") }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("bus.db")
    }

    pub(crate) fn open(&self) -> SqliteBackend {
        SqliteBackend::open(self.path()).expect("the file opens")
    }

    /// Changes the file directly, for example to let time pass.
    pub(crate) fn change(&self, sql: &str) {
        self.file().execute(sql, ()).expect("the tables exist");
    }

    /// Reads a number from the file.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.file().query_row(sql, (), |row| row.get(0)).expect("the tables exist")
    }

    /// Locks the file for writing, until the connection commits or is dropped.
    pub(crate) fn lock(&self) -> rusqlite::Connection {
        let file = self.file();
        file.execute_batch("BEGIN IMMEDIATE").expect("no other connection writes");
        file
    }

    fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("the file opens")
    }
}

pub(crate) fn outgoing(topic: &str, key: Option<&str>, payload: impl Into<Vec<u8>>) -> Outgoing {
    let message = Message {
        key: key.map(|key| key.as_bytes().to_vec()),
        headers: [("ce_type", topic)].into_iter().collect(),
        payload: Some(payload.into()),
    };
    Outgoing::new(topic, message)
}

pub(crate) fn publish(bus: &SqliteBackend, batch: Vec<Outgoing>) -> Vec<Position> {
    block_on(bus.publish(batch)).expect("the batch is published")
}

pub(crate) fn subscription(topics: &[&str], member: &str) -> Subscription {
    let topics = topics.iter().copied();
    Subscription::new("group", topics).with_member(member).with_claim_after(LONG)
}

pub(crate) fn subscribe(bus: &SqliteBackend, subscription: Subscription) -> Box<dyn Subscriber> {
    block_on(bus.subscribe(subscription)).expect("the group can be joined")
}

pub(crate) fn admin(bus: &SqliteBackend) -> &dyn Admin {
    bus.admin().expect("the backend has an administration")
}

pub(crate) fn receive(subscriber: &dyn Subscriber, max: usize, wait: Duration) -> Batch {
    let max = NonZeroUsize::new(max).expect("a test asks for messages");
    block_on(subscriber.receive(max, wait)).expect("messages can be received")
}

pub(crate) fn acknowledge(subscriber: &dyn Subscriber, deliveries: &[Delivery]) {
    let positions = deliveries.iter().map(|delivery| delivery.position.clone()).collect();
    block_on(subscriber.acknowledge(positions)).expect("held messages can be acknowledged");
}

/// The payloads, as text.
pub(crate) fn texts(batch: &Batch) -> Vec<String> {
    batch.deliveries.iter().map(|delivery| text(&delivery.message)).collect()
}

pub(crate) fn text(message: &Message) -> String {
    String::from_utf8_lossy(message.payload.as_deref().unwrap_or_default()).into_owned()
}
