use signalbook::{Bus, blocking::block_on};

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
}
