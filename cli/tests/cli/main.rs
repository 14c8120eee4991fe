//! The binary as its users run it: file-driven cases in `cases/`, and what needs several processes or a
//! clock.

#![allow(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

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
