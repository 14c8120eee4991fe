//! Tests of the whole workspace, in one binary.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod architecture;
mod codec;
mod mixed_versions;
mod openedx;
#[cfg(unix)]
mod shutdown;
mod testing;
