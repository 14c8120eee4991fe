//! The embedded bus of Signalbook: a durable log in one SQLite file, shared by any number of processes of one machine.
//!
//! ```
//! use std::time::Duration;
//!
//! use signalbook_runtime::{backend::*, blocking::block_on};
//! use signalbook_sqlite::SqliteBackend;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("shop.db");
//! let bus = SqliteBackend::open(path)?;
//! let message = Message { key: Some(b"order-1".to_vec()), payload: b"placed".to_vec(), ..Message::default() };
//! block_on(bus.publish(vec![Outgoing { topic: "orders".into(), message }]))?;
//!
//! let subscriber = block_on(bus.subscribe(Subscription {
//!     topics: vec!["orders".into()],
//!     group: "billing".into(),
//!     member: "billing-1".into(),
//!     start: Start::Earliest,
//!     claim_after: Duration::from_secs(30),
//! }))?;
//! let batch = block_on(subscriber.receive(100.try_into()?, Duration::from_secs(1)))?;
//! assert_eq!(batch.deliveries[0].message.payload, b"placed");
//! block_on(subscriber.acknowledge(vec![batch.deliveries[0].position.clone()]))?;
//! # block_on(subscriber.close())?;
//! # block_on(bus.close())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//!
//! It is a [`Backend`](signalbook_runtime::backend::Backend) with all that the trait promises. In particular:
//!
//! - **Durable.** When the future of `publish`, `acknowledge` or `subscribe` ends well, its effect survives the death of the
//!   process (`kill -9` included), a crash of the system and the loss of power, the last two as far as the disk keeps what
//!   it says it has flushed: the file is in WAL mode, and these commits are made with `synchronous=FULL` (on macOS with
//!   `F_FULLFSYNC`). Who holds which message, and how often it was handed out, survives the process alone: after a loss of
//!   power the messages in hand are handed out again.
//! - **Whole.** A batch is one transaction: all of it is published, or nothing. Batches that are published while another is
//!   on its way to the disk share the next transaction, and so its flush.
//! - **Ordered.** A topic is one partition, numbered 0. Messages with a key go to one member at a time, in order. When the
//!   member dies, leaves or is silent for longer than its `claim_after`, what it held goes to others, in the same order.
//!   Messages without a key go wherever a member is free.
//! - **Bounded.** [`Retention`] says what is deleted and when; by default what is older than a week and acknowledged by all
//!   groups.
//!
//! An offset is a whole number; offsets rise within the file, and those of one topic have gaps where messages of others lie.
//!
//! # How it works
//!
//! One thread owns the one connection. It sleeps until it is asked something; while a subscriber waits for messages it also
//! looks for what other processes have written, each millisecond at first and each 25 ms when nothing happens. Messages of
//! the same [`SqliteBackend`] reach its subscribers without that delay. Writers of several processes take turns by SQLite's
//! lock; a turn takes about as long as the disk's flush.
//!
//! The file must lie on a local disk: WAL mode needs memory that the processes share. Leases (`claim_after`) are in the time
//! of day, so a clock that is set forward by more than that makes members look dead. Beside the file lie `-wal` and `-shm`
//! while it is open, and after a crash: they are part of it, and a copy of it without them is incomplete.
//!
//! # The file
//!
//! An SQLite database with `application_id` 0x53494742 ("SIGB") and `user_version` 1. A file with a higher version is
//! refused, and so is a database without that id that is not empty. Times are microseconds since 1970, headers are a blob of
//! names and values, each with its length before it in four bytes, little-endian.
//!
//! ```sql
#![doc = include_str!("store/schema.sql")]
//! ```

mod backend;
mod command;
mod engine;
mod error;
mod headers;
mod options;
mod reply;
mod store;
mod subscriber;

pub use backend::SqliteBackend;
pub use options::{Options, Retention, Unacknowledged};
