//! Tests of the SQLite bus, in one binary.

mod admin;
mod conformance;
mod damage;
mod groups;
mod processes;
mod support;
mod upgrade;
