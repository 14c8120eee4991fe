//! Blocking calls on threads of their own.

use std::thread;

use crate::{
    backend::{BoxError, BoxFuture},
    oneshot::oneshot,
};

/// Runs a call that may block on a thread of its own. If the future is dropped, the thread ends after the
/// call.
///
/// # Errors
/// The thread could not be started, or panicked.
pub(crate) fn offload<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> BoxFuture<'static, Result<T, BoxError>> {
    let (sender, receiver) = oneshot();
    let thread = thread::Builder::new().name("signalbook-look-up".to_owned());
    let started = thread.spawn(move || sender.send(call())).map(drop).map_err(BoxError::from);
    Box::pin(async move {
        started?;
        receiver.await.ok_or_else(|| "the call panicked".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn a_call_runs_on_another_thread() {
        let here = thread::current().id();
        let there = block_on(offload(|| thread::current().id())).expect("the call succeeds");
        assert_ne!(there, here);
    }

    #[test]
    fn a_panic_is_an_error() {
        let error: Result<(), _> = block_on(offload(|| panic!("a panic of this test")));
        assert_eq!(error.expect_err("the call panics").to_string(), "the call panicked");
    }
}
