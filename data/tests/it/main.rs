//! Tests of round trips, comparisons with the Apache library, and tests with invalid bytes and documents.

mod apache;
mod bytes;
#[cfg(feature = "container")]
mod container;
mod data;
mod documents;
mod logical;
mod resolution;
mod samples;
mod trips;
