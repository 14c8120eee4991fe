//! What the verbs that use a bus share.

pub(crate) mod event_line;
pub(crate) mod group;
pub(crate) mod outbox;
pub(crate) mod row;
pub(crate) mod sealer;

use std::path::Path;

use signalbook::{Bus, blocking::block_on, sqlite_file};

use crate::failure::Failure;

/// Which topic of which bus.
#[derive(Debug, clap::Args)]
pub(crate) struct BusArgs {
    /// The bus: `sqlite:shop.db`, or `memory:` for one that ends with the command
    #[arg(long, value_name = "URL")]
    bus: String,
    /// The topic, without prefix
    #[arg(long, value_name = "NAME")]
    pub(crate) topic: String,
    /// What stands before every topic of this bus: the full topic is `<prefix>-<topic>`
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    prefix: String,
}

impl BusArgs {
    /// The open bus. An error does not repeat the URL, which may hold a password.
    pub(crate) fn connect(&self) -> Result<Bus, Failure> {
        let bus = block_on(signalbook::connect(&self.bus))
            .map_err(|error| Failure::new("cannot open the bus").caused_by(error))?;
        Ok(bus.with_prefix(&self.prefix))
    }

    /// The open bus, for who takes what is there and waits for nobody: a file that is none yet is an error, and is not made.
    pub(crate) fn connect_to_what_is_there(&self) -> Result<Bus, Failure> {
        if self.bus.starts_with("sqlite:")
            && let Ok(path) = sqlite_file(&self.bus)
            && !Path::new(path).exists()
        {
            return Err(Failure::new(format!(
                "there is no bus in `{path}`: nothing was ever published there"
            ))
            .help("check the path; whoever publishes first makes the file"));
        }
        self.connect()
    }
}
