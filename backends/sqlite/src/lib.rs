//! The embedded bus of Signalbook: a durable log in one SQLite file, which any number of processes of one
//! machine can share.
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
//! let (key, payload) = (Some(b"order-1".to_vec()), Some(b"placed".to_vec()));
//! let message = Message { key, payload, ..Message::default() };
//! block_on(bus.publish(vec![Outgoing::new("orders", message)]))?;
//!
//! let subscriber = block_on(bus.subscribe(Subscription::new("billing", ["orders"])))?;
//! let batch = block_on(subscriber.receive(100.try_into()?, Duration::from_secs(1)))?;
//! assert_eq!(batch.deliveries[0].message.payload.as_deref(), Some(&b"placed"[..]));
//! block_on(subscriber.acknowledge(vec![batch.deliveries[0].position.clone()]))?;
//! # block_on(subscriber.close())?;
//! # block_on(bus.close())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Guarantees
//!
//! It is a [`Backend`](signalbook_runtime::backend::Backend), with all guarantees of that trait. In
//! particular:
//!
//! - **Durable.** When the future of `publish`, `acknowledge` or `subscribe` completes with `Ok`, its effect
//!   survives the death of the process (including `kill -9`), a crash of the system and a loss of power. The
//!   last two require that the disk keeps what it reports as flushed: the file is in WAL mode, and these
//!   commits use `synchronous=FULL` (on macOS with `F_FULLFSYNC`). Which member holds a message, and how many
//!   times it was delivered, only survives the death of the process: after a loss of power, messages that
//!   were held are delivered again.
//! - **Atomic.** A batch is one transaction: it is published completely or not at all. Batches that are
//!   published while another one is being written share the next transaction and its flush.
//! - **Ordered.** A topic is one partition, numbered 0. Messages with a key go to one member at a time, in
//!   order. When the member dies, leaves or sends no heartbeat for its `claim_after`, other members get its
//!   messages, in the same order. Messages without a key go to any member, so that their events are in order
//!   only in a group with one member.
//! - **Bounded.** [`Retention`] defines which messages are deleted; by default, those that are older than a
//!   week and acknowledged by all groups. With [`Unacknowledged::Discard`], a group that loses messages is
//!   told so: the next batch that one of its members receives has a
//!   [gap](signalbook_runtime::backend::Batch::gaps).
//!
//! An offset is a whole number. Offsets increase within the file; those of one topic are not consecutive
//! where the file contains messages of other topics.
//!
//! # How it works
//!
//! One thread owns the only connection. It sleeps until it receives a command. While a subscriber waits for
//! messages, the thread also polls for messages of other processes, every millisecond at first, and every 25
//! ms when nothing happens. Messages of the same [`SqliteBackend`] reach its subscribers without that delay.
//! Writers of several processes take turns with SQLite's lock. A turn takes about as long as a flush of the
//! disk.
//!
//! Calls that only read, such as those of [`Admin`](signalbook_runtime::backend::Admin), need no lock and no
//! flush. To know the lag of a group, also when a consumer joins, the thread counts messages: this takes well
//! below a second for each million, and the other calls of this [`SqliteBackend`] wait for it.
//!
//! The file must be on a local disk: WAL mode needs memory that the processes share. Leases (`claim_after`)
//! use the system time: if the clock is set forward by more than a lease, members count as dead. While the
//! file is open, and after a crash, its folder also contains its `-wal` and `-shm` files. They are part of
//! it: a copy without them is incomplete.
//!
//! # The file
//!
//! An SQLite database with `application_id` 0x53494742 ("SIGB") and `user_version` 2. A file with a higher
//! version is rejected, and so is a database with another id, unless it is empty. Times are microseconds
//! since 1970. Headers are a blob of names and values, each after its length in four bytes, little-endian.
//!
//! ```sql
#![doc = include_str!("store/schema.sql")]
//! ```

mod backend;
mod command;
mod engine;
mod error;
mod options;
mod reply;
mod revocation_notice;
mod store;
mod subscriber;

pub use backend::SqliteBackend;
pub use options::{Options, Retention, Unacknowledged};
