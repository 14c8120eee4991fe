//! Shared code of the verbs that use a bus.

pub(crate) mod export_row;
pub(crate) mod json_line;
pub(crate) mod key_and_headers;
pub(crate) mod line_sealer;
pub(crate) mod member;
pub(crate) mod outbox;
pub(crate) mod unread_messages;
pub(crate) mod versions;

use std::path::Path;

use signalbook::{Bus, Shutdown, blocking::block_on, sqlite_file};

use crate::{failure::Failure, registry::RegistryArgs};

/// The arguments of a topic, and of the registry of its events.
#[derive(Debug, clap::Args)]
pub(crate) struct BusArgs {
    /// The URL of the bus: `sqlite:shop.db`, or `memory:` for a bus that ends with the command
    #[arg(long, value_name = "URL")]
    bus: String,
    /// The topic, without the prefix
    #[arg(long, value_name = "NAME")]
    pub(crate) topic: String,
    /// The prefix of all topics of the bus; the full topic is `<prefix>-<topic>`
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    prefix: String,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// A shutdown that begins with Ctrl-C or another signal to stop. A second one ends the process at once.
pub(crate) fn shutdown_on_ctrl_c() -> Result<Shutdown, Failure> {
    signalbook::shutdown_on_ctrl_c()
        .map_err(|error| Failure::new("cannot listen for Ctrl-C").caused_by(error))
}

/// Closes a bus.
pub(crate) fn close(bus: &Bus) -> Result<(), Failure> {
    block_on(bus.close()).map_err(|error| Failure::new("cannot close the bus").caused_by(error))
}

/// Opens a bus. An error does not contain the URL, which may contain a password.
pub(crate) fn connect(url: &str, prefix: &str) -> Result<Bus, Failure> {
    let bus = block_on(signalbook::connect(url))
        .map_err(|error| Failure::new("cannot open the bus").caused_by(error))?;
    Ok(bus.with_prefix(prefix))
}

/// Opens an existing bus. It is an error if its file does not exist; the file is not created.
pub(crate) fn connect_to_what_is_there(url: &str, prefix: &str) -> Result<Bus, Failure> {
    if url.starts_with("sqlite:")
        && let Ok(path) = sqlite_file(url)
        && !Path::new(path).exists()
    {
        return Err(Failure::new(format!("`{path}` does not exist: nothing was published to this bus yet"))
            .help("check the path; `signalbook publish` creates the file"));
    }
    connect(url, prefix)
}

impl BusArgs {
    /// See [`connect`].
    pub(crate) fn connect(&self) -> Result<Bus, Failure> {
        connect(&self.bus, &self.prefix)
    }

    /// See [`connect_to_what_is_there`].
    pub(crate) fn connect_to_what_is_there(&self) -> Result<Bus, Failure> {
        connect_to_what_is_there(&self.bus, &self.prefix)
    }
}
