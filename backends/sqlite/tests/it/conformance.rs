//! The conformance suite of backends.

use std::sync::Arc;

use signalbook_runtime::{
    Clock,
    backend::{
        Admin, Backend, BackendError, BatchError, BoxFuture, Message, Outgoing, Position, SchemaStore,
        Subscriber, Subscription,
    },
    blocking::block_on,
};
use signalbook_sqlite::{Options, Retention, SqliteBackend, Unacknowledged};

use crate::support::{TempDatabase, admin};

/// A bus with the temporary folder of its file.
#[derive(Debug)]
struct Housed {
    bus: SqliteBackend,
    database: TempDatabase,
}

fn open() -> Housed {
    let database = TempDatabase::new();
    Housed { bus: database.open(), database }
}

impl Backend for Housed {
    fn clock(&self) -> Arc<dyn Clock> {
        self.bus.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        self.bus.publish(batch)
    }

    fn subscribe(&self, wish: Subscription) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.bus.subscribe(wish)
    }

    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        self.bus.schema_store()
    }

    fn admin(&self) -> Option<&dyn Admin> {
        self.bus.admin()
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.bus.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.bus.close()
    }
}

/// Deletes all messages of a topic but the last.
fn discard(housed: &Housed, last: &Position) {
    let mut retention = Retention::default();
    (retention.max_age, retention.max_messages) = (None, Some(1));
    retention.unacknowledged = Unacknowledged::Discard;
    let options = Options::default().retention(retention);
    let bus = SqliteBackend::open_with(housed.database.path(), options).expect("the file opens");
    // Retention runs after the first reply, and before the next one.
    for _ in 0..2 {
        block_on(bus.publish(vec![Outgoing::new("other", Message::default())])).expect("an open bus");
    }
    block_on(bus.close()).expect("an open bus");
    let kept = block_on(admin(&housed.bus).topics()).expect("an open bus");
    assert!(kept.iter().any(|info| info.partition == last.partition && info.first == last.offset));
}

signalbook_runtime::conformance!(open, discard);
