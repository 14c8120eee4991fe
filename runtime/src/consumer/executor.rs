use std::{future::poll_fn, task::Poll};

use crate::{
    backend::BoxFuture,
    oneshot::{Receiver, oneshot},
};

/// Gives futures to the executor of the program.
pub(super) type Spawn = dyn Fn(BoxFuture<'static, ()>) + Send + Sync;

/// Gives a future to an executor, and returns its output. If the returned future is dropped, so is the other.
/// The output is `None` if the executor dropped it before.
pub(super) fn spawned<T: Send + 'static>(spawn: &Spawn, mut future: BoxFuture<'static, T>) -> Receiver<T> {
    let (sender, receiver) = oneshot();
    spawn(Box::pin(async move {
        let output = poll_fn(|context| match sender.poll_closed(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => future.as_mut().poll(context).map(Some),
        });
        if let Some(output) = output.await {
            sender.send(output);
        }
    }));
    receiver
}
