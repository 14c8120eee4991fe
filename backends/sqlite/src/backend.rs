use std::{
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use signalbook_runtime::{
    Clock, SystemClock,
    backend::{
        Admin, Backend, BackendError, BatchError, BoxFuture, ErrorKind, GroupInfo, Message, MessageRange,
        Outgoing, Partition, PartitionInfo, Position, SchemaStore, Start, Subscriber, Subscription,
    },
};

use crate::{
    Options,
    command::{Command, Query},
    engine::Engine,
    error::is_disk_failure,
    store::{self, BackendResult, Store},
    subscriber::{SqliteSubscriber, ask},
};

/// The largest message: the size limit of an SQLite row, minus room for the other columns.
const LARGEST_MESSAGE: usize = 999_999_000;

/// A bus in one file. The guarantees are in the [crate's documentation](crate).
///
/// If it is dropped without [`close`](Backend::close), it stops in the background once all published messages
/// are written and all its subscribers are dropped.
#[derive(Debug)]
pub struct SqliteBackend {
    commands: mpsc::Sender<Command>,
    clock: SystemClock,
}

impl SqliteBackend {
    /// Opens a file, or creates it; its folder must exist. This call blocks. It takes milliseconds, unless
    /// another process holds a lock on the file.
    ///
    /// # Errors
    /// - [`ErrorKind::Refused`]: the file cannot be opened or written.
    /// - [`ErrorKind::Invalid`]: the file is not a Signalbook bus, is damaged, or was written by a newer
    ///   version.
    /// - [`ErrorKind::Unavailable`]: the file stays locked.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackendError> {
        Self::open_with(path, Options::default())
    }

    /// Opens a file, with options.
    ///
    /// # Errors
    /// See [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, BackendError> {
        let store = Store::open(path.as_ref(), &options)?;
        let (commands, received) = mpsc::channel();
        let engine = Engine::new(store, options.retention, received);
        thread::Builder::new().name("signalbook-sqlite".to_owned()).spawn(|| engine.run()).map_err(
            |error| {
                BackendError::new(
                    ErrorKind::Unavailable,
                    "the system cannot start another thread: end some processes, then try again",
                )
                .caused_by(error)
            },
        )?;
        Ok(Self { commands, clock: SystemClock::new() })
    }

    /// Asks for what is in the file, and changes nothing.
    fn query<T: Send + 'static>(
        &self,
        queries: impl Fn(&Store) -> store::Result<BackendResult<T>> + Send + 'static,
    ) -> BoxFuture<'static, BackendResult<T>> {
        Box::pin(ask(&self.commands, |reply| Command::Read(Query::new(queries, reply))))
    }
}

impl Backend for SqliteBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    fn system(&self) -> &'static str {
        "sqlite"
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let length = batch.len();
        let published =
            refuse_large(&batch).map(|()| ask(&self.commands, |reply| Command::Publish { batch, reply }));
        Box::pin(async move {
            let published = async { published?.await };
            published.await.map_err(|error| batch_error(length, error))
        })
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let commands = self.commands.clone();
        let joined = ask(&self.commands, |reply| Command::Subscribe { subscription, commands, reply });
        Box::pin(async move { Ok(Box::new(SqliteSubscriber::new(joined.await?)) as _) })
    }

    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        Some(self)
    }

    fn admin(&self) -> Option<&dyn Admin> {
        Some(self)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ask(&self.commands, |reply| Command::Flush { reply }))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ask(&self.commands, |reply| Command::Close { reply }))
    }
}

impl SchemaStore for SqliteBackend {
    fn get(&self, scope: &str, name: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>, BackendError>> {
        let (scope, name): (Box<str>, Box<str>) = (scope.into(), name.into());
        self.query(move |store| store.schema(&scope, &name).map(Ok))
    }

    fn put_if_absent(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, BackendError>> {
        let (scope, name) = (scope.into(), name.into());
        Box::pin(ask(&self.commands, |reply| Command::PutSchema { scope, name, value, reply }))
    }
}

impl Admin for SqliteBackend {
    fn topics(&self) -> BoxFuture<'static, Result<Vec<PartitionInfo>, BackendError>> {
        self.query(|store| store.topics().map(Ok))
    }

    fn groups(&self) -> BoxFuture<'static, Result<Vec<Box<str>>, BackendError>> {
        self.query(|store| store.groups().map(Ok))
    }

    fn group(&self, group: &str) -> BoxFuture<'static, Result<Option<GroupInfo>, BackendError>> {
        let group: Box<str> = group.into();
        self.query(move |store| store.group(&group).map(Ok))
    }

    fn seek(
        &self,
        group: &str,
        targets: Vec<(Partition, Start)>,
    ) -> BoxFuture<'static, Result<(), BackendError>> {
        let group = group.into();
        Box::pin(ask(&self.commands, |reply| Command::Seek { group, targets, reply }))
    }

    fn forget(&self, group: &str) -> BoxFuture<'static, Result<bool, BackendError>> {
        let group = group.into();
        Box::pin(ask(&self.commands, |reply| Command::Forget { group, reply }))
    }

    fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: NonZeroUsize,
    ) -> BoxFuture<'static, Result<MessageRange, BackendError>> {
        let (partition, from): (_, Box<str>) = (partition.clone(), from.into());
        self.query(move |store| store.messages(&partition, &from, max.get()))
    }
}

/// The error of a batch of so many messages.
pub(crate) fn batch_error(length: usize, error: BackendError) -> BatchError {
    // The disk may have the commit nevertheless.
    let source = error.source.as_ref().and_then(|source| source.downcast_ref::<Arc<rusqlite::Error>>());
    if source.is_some_and(|source| is_disk_failure(source)) {
        BatchError::unknown(length, error)
    } else {
        BatchError::not_published(length, error)
    }
}

/// Refuses a batch with a message that does not fit in a row.
pub(crate) fn refuse_large(batch: &[Outgoing]) -> Result<(), BackendError> {
    match batch.iter().map(|outgoing| size(&outgoing.message)).find(|size| *size > LARGEST_MESSAGE) {
        None => Ok(()),
        Some(size) => Err(BackendError::new(
            ErrorKind::Refused,
            format!("a message of {size} bytes is too large: the limit is {LARGEST_MESSAGE} bytes"),
        )),
    }
}

/// The size of a message in its row.
fn size(message: &Message) -> usize {
    let key = message.key.as_ref().map_or(0, Vec::len);
    key + message.headers.as_bytes().len() + message.payload.as_ref().map_or(0, Vec::len)
}
