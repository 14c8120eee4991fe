//! Blocking versions of the same calls, for programs without an executor.
//!
//! ```
//! use signalbook::{Event, blocking};
//!
//! #[derive(Event)]
//! #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
//! struct OrderPlaced {
//!     id: String,
//! }
//!
//! let bus = blocking::connect("memory:")?;
//! bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use signalbook_runtime::blocking::{Bus, Consumer, Publisher, RawConsumer, block_on};
use signalbook_runtime::{ConnectError, Settings};

use crate::SCHEMES;

/// See [`connect`](crate::connect()).
///
/// # Errors
/// See the async function.
pub fn connect(url: &str) -> Result<Bus, ConnectError> {
    connect_with(url, Settings::new())
}

/// See [`connect_with`](crate::connect_with()).
///
/// # Errors
/// See the async function.
pub fn connect_with(url: &str, settings: Settings) -> Result<Bus, ConnectError> {
    Bus::connect_with(url, settings, SCHEMES)
}
