//! The conformance suite of backends.

use std::sync::Arc;

use signalbook_runtime::{
    Clock,
    backend::{
        Admin, Backend, BackendError, BatchError, BoxFuture, Outgoing, Position, SchemaStore, Subscriber,
        Subscription,
    },
};
use signalbook_sqlite::SqliteBackend;

use crate::support::TempDatabase;

/// A bus with the temporary folder of its file.
#[derive(Debug)]
struct Housed {
    bus: SqliteBackend,
    _database: TempDatabase,
}

fn open() -> Housed {
    let database = TempDatabase::new();
    Housed { bus: database.open(), _database: database }
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

signalbook_runtime::conformance!(open);
