//! Tests of the bus over the memory backend.

mod audit;
mod bounds;
mod consumer;
mod deliveries;
mod events;
mod executors;
mod faults;
mod fingerprints;
mod joining;
mod look_ups;
mod mutants;
mod order;
mod publisher;
mod publishing;
mod pull;
mod rebalance;
mod receivers;
mod schema_store;
mod signals;
mod stress;
mod telemetry;
mod versions;
