//! The integration tests of the crate.

mod corner_cases;
mod corpus;
mod documents;
mod generate;
mod hostile;
mod matched_names;
mod meaning;
mod migration;
mod reference;
mod resolution;
mod witness;
