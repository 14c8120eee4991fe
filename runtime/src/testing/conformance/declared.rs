//! What the harness declares is what the log can do, so that no case is skipped by accident.

use std::collections::HashSet;

use super::{
    Capability, Harness,
    fixture::{Bench, numbered},
};
use crate::backend::Start;

/// The log has what the harness declares, and nothing else.
pub fn capabilities_are_declared(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let capabilities = harness.capabilities();
    let declares = |capability| capabilities.has(capability);
    assert_eq!(bench.backend.admin().is_some(), declares(Capability::Admin));
    assert_eq!(bench.backend.schema_store().is_some(), declares(Capability::SchemaStore));
    let member = bench.join("group", "member", Start::Earliest);
    let partitions: HashSet<_> = (0..100).map(|key| bench.publish(numbered(key, 0)).partition).collect();
    assert_eq!(partitions.len() > 1, declares(Capability::Partitions), "{partitions:?}");
    assert_eq!(bench.next_change(&*member).is_some(), declares(Capability::Rebalance));
}
