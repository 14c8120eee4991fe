//! For tests of backends.

pub mod conformance;
