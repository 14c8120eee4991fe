//! The tests of the whole: one binary, a module for each subject.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod architecture;
mod codec;
mod openedx;
mod testing;
