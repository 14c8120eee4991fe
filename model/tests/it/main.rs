//! Tests with the test data of the specification, with Apache's library, and with invalid schemas.

mod canonical;
mod defaults;
mod facts;
mod projection;
mod refused;
mod schemas;
