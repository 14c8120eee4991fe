//! The integration tests of the crate.

mod history;
mod rules_page;
