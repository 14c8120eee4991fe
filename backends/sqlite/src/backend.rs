use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use signalbook_runtime::{
    Clock, SystemClock,
    backend::{
        Backend, BackendError, BatchError, BoxFuture, ErrorKind, Message, Outgoing, Position, Subscriber,
        Subscription,
    },
};

use crate::{
    Options,
    command::Command,
    engine::Engine,
    store::Store,
    subscriber::{SqliteSubscriber, ask},
};

/// A message of more than this would not fit into a row: SQLite's limit, less room for the rest of the row.
const LARGEST_MESSAGE: usize = 999_999_000;

/// A bus in one file. See the [crate's documentation](crate) for what it promises.
///
/// Dropped without [`close`](Backend::close), it ends in the background once all was written that was published before,
/// and once its subscribers are dropped too.
#[derive(Debug)]
pub struct SqliteBackend {
    commands: mpsc::Sender<Command>,
    clock: SystemClock,
}

impl SqliteBackend {
    /// Opens a file, or makes it; its folder must exist. Blocks while it does, which takes milliseconds unless another
    /// process holds the file locked.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] where the file cannot be opened or written, [`ErrorKind::Invalid`] where it is not a bus of
    /// ours, is damaged or was written by a newer version, [`ErrorKind::Unavailable`] where it stays locked.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackendError> {
        Self::open_with(path, Options::default())
    }

    /// Opens a file, with options.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, BackendError> {
        let store = Store::open(path.as_ref(), &options)?;
        let (commands, received) = mpsc::channel();
        let engine = Engine::new(store, options.retention, received);
        thread::Builder::new().name("signalbook-sqlite".to_owned()).spawn(|| engine.run()).map_err(
            |error| {
                BackendError::new(
                    ErrorKind::Unavailable,
                    "the system refuses another thread: end some, then try again",
                )
                .caused_by(error)
            },
        )?;
        Ok(Self { commands, clock: SystemClock::new() })
    }

    /// Forgets where a group stands on every topic, so that retention need not keep messages for it; whether there was
    /// such a group. One that reads again begins like a new one.
    ///
    /// # Errors
    /// Those of the file.
    pub fn forget_group(&self, group: impl Into<Box<str>>) -> BoxFuture<'static, Result<bool, BackendError>> {
        let group = group.into();
        Box::pin(ask(&self.commands, |reply| Command::ForgetGroup { group, reply }))
    }
}

impl Backend for SqliteBackend {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let length = batch.len();
        let refuse = move |error| BatchError { published: vec![None; length], error };
        if let Some(size) =
            batch.iter().map(|outgoing| size(&outgoing.message)).find(|size| *size > LARGEST_MESSAGE)
        {
            let error = BackendError::new(
                ErrorKind::Refused,
                format!("a message of {size} bytes is too large: the file takes up to {LARGEST_MESSAGE}"),
            );
            return Box::pin(std::future::ready(Err(refuse(error))));
        }
        let published = ask(&self.commands, |reply| Command::Publish { batch, reply });
        Box::pin(async move { published.await.map_err(refuse) })
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let commands = self.commands.clone();
        let joined = ask(&self.commands, |reply| Command::Subscribe { subscription, commands, reply });
        Box::pin(async move { Ok(Box::new(SqliteSubscriber::new(joined.await?)) as _) })
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        Box::pin(ask(&self.commands, |reply| Command::Close { reply }))
    }
}

/// What a message takes of its row.
fn size(message: &Message) -> usize {
    let key = message.key.as_ref().map_or(0, Vec::len);
    let headers: usize = message.headers.iter().map(|(name, value)| 8 + name.len() + value.len()).sum();
    key + headers + message.payload.len()
}
