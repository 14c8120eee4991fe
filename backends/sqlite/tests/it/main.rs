//! The SQLite bus: one binary, a module for each side of it.

mod conformance;
mod damage;
mod groups;
mod processes;
mod support;
