//! The tests of the crate: one binary, a module for each subject.

mod history;
mod rules_page;
