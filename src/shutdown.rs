use std::{
    io, mem, process,
    sync::{Mutex, PoisonError},
};

use signalbook_runtime::Shutdown;

/// The shutdown of this process, once the handler is installed.
static SHUTDOWN: Mutex<Option<Shutdown>> = Mutex::new(None);

/// Returns a shutdown that begins with Ctrl-C, and on Unix also with `SIGTERM` or `SIGHUP`. A second signal
/// ends the process at once. The first never does, even if the program has begun the shutdown before.
///
/// Each call returns the same shutdown. The handler replaces what the process does with these signals,
/// even if they were ignored, as in a background process of a shell script.
///
/// ```no_run
/// # async fn run(bus: signalbook::Bus) -> Result<(), Box<dyn std::error::Error>> {
/// let shutdown = signalbook::shutdown_on_ctrl_c()?;
/// bus.consumer("billing")
///     .on_any(|event| async move { println!("{}", event.metadata.event_type) })
///     .topic("orders")
///     .run(shutdown.wait())
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The system refuses the handler, or the program has installed another one with the crate `ctrlc`.
pub fn shutdown_on_ctrl_c() -> io::Result<Shutdown> {
    let mut installed = SHUTDOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(shutdown) = &*installed {
        return Ok(shutdown.clone());
    }
    let shutdown = Shutdown::new();
    let on_signal = shutdown.clone();
    let mut is_second = false;
    let handler = move || {
        if mem::replace(&mut is_second, true) {
            process::exit(130);
        }
        on_signal.begin();
    };
    ctrlc::set_handler(handler).map_err(|error| match error {
        ctrlc::Error::System(error) => error,
        error => io::Error::other(error),
    })?;
    Ok(installed.insert(shutdown).clone())
}
