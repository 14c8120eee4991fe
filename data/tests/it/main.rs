//! The crate against itself (round trips), against Apache's library, and against bytes and documents that do
//! not fit.

mod apache;
mod bytes;
#[cfg(feature = "container")]
mod container;
mod data;
mod documents;
mod resolution;
mod samples;
mod trips;
