//! The crate against the specification's test data, against Apache's library, and against what is no schema.

mod canonical;
mod defaults;
mod facts;
mod projection;
mod refused;
mod schemas;
