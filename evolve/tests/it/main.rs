//! The tests of the crate: one binary, a module for each subject.

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
