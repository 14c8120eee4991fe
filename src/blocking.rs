//! The same calls for a program without an executor: they hold the thread until they are through.
//!
//! ```
//! use signalbook::{Event, blocking::Bus};
//!
//! #[derive(Event)]
//! #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
//! struct OrderPlaced {
//!     id: String,
//! }
//!
//! let bus = Bus::connect("memory:")?;
//! bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ops::Deref;

pub use signalbook_runtime::blocking::{Consumer, Publisher, RawConsumer, block_on};
use signalbook_runtime::{ConnectError, MemoryBus, blocking};

use crate::SCHEMES;

/// [`Bus`](crate::Bus), blocking; it derefs to [`signalbook_runtime::blocking::Bus`].
#[derive(Clone, Debug)]
pub struct Bus(blocking::Bus);

impl Bus {
    /// See [`Bus::connect`](crate::Bus::connect).
    ///
    /// # Errors
    /// As there.
    pub fn connect(url: &str) -> Result<Self, ConnectError> {
        blocking::Bus::connect_with(url, SCHEMES).map(Self)
    }
}

impl Deref for Bus {
    type Target = blocking::Bus;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<crate::Bus> for Bus {
    fn from(bus: crate::Bus) -> Self {
        Self((*bus).clone().into())
    }
}

impl From<MemoryBus> for Bus {
    fn from(bus: MemoryBus) -> Self {
        Self(bus.into())
    }
}
