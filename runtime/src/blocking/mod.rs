//! Blocking versions of the same calls, for programs without an executor.
//!
//! ```
//! # use signalbook_macros::Event;
//! use std::sync::{Arc, Mutex};
//! use signalbook_runtime::{Received, Shutdown, blocking::Bus};
//!
//! #[derive(Debug, PartialEq, Event)]
//! # #[avro(crate = signalbook_runtime)]
//! #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
//! struct OrderPlaced { id: String }
//!
//! let bus = Bus::from(signalbook_runtime::Bus::memory());
//! bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() })?;
//!
//! let shutdown = Shutdown::new();
//! let charged = Arc::new(Mutex::new(Vec::new()));
//! bus.consumer("billing")
//!     .on({
//!         let (shutdown, charged) = (shutdown.clone(), Arc::clone(&charged));
//!         move |event: Received<OrderPlaced>| {
//!             charged.lock().expect("the lock is not poisoned").push(event.data.id);
//!             shutdown.begin();
//!         }
//!     })
//!     .run(&shutdown)?;
//! assert_eq!(*charged.lock().expect("the lock is not poisoned"), ["A-17"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block_on;
mod bus;

pub use block_on::block_on;
pub use bus::{Bus, Consumer, Publisher, RawConsumer};
