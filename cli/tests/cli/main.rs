//! The tests of the binary: sessions in `cases/`, and tests that need several processes or a clock.

#![allow(clippy::unwrap_used, reason = "a test whose setup fails has failed")]

mod cases;
mod workbench;

mod accept;
mod baselines;
mod bus;
#[cfg(unix)]
mod check;
#[cfg(unix)]
mod ci;
mod compat;
mod container;
mod decode;
mod demo;
mod explain;
mod fix;
mod former;
mod help;
mod init;
mod openedx;
mod schema_registry;
