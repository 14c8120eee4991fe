//! The schema store, and contracts.

use super::Harness;
use super::fixture::{Bench, numbered};
use crate::{
    StoredSchema,
    backend::{Contract, ErrorKind, Fate, Start},
    blocking::block_on,
    model::Schema,
};

/// The contract of version 3 of an event whose data are a record with one field of this name.
fn contract(scope: &str, field: &str) -> Contract {
    let text = format!(
        r#"{{"type": "record", "name": "CloudEvent", "doc": "About {scope}.", "fields": [
            {{"name": "{field}", "type": "string"}}]}}"#
    );
    let schema = Schema::parse(&text).expect("a schema");
    Contract::new(scope, StoredSchema::new("com.example.conformance.v1", 3, &schema), Some(field), true)
}

/// A store keeps the first value of a name in a scope, and has nothing else.
pub fn the_first_schema_is_kept(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let (store, scope) = (bench.store(), bench.topic.to_string());
    let get = |scope: &str, name| block_on(store.get(scope, name)).expect("an open bus");
    let put = |name, value: &[u8]| {
        block_on(store.put_if_absent(&scope, name, value.to_vec())).expect("an open bus")
    };
    assert_eq!(get(&scope, "a/0"), None);
    assert_eq!(put("a/0", &[0, 255]), [0, 255]);
    assert_eq!(put("a/0", &[1]), [0, 255], "it is never changed");
    assert_eq!(put("a/1", b""), b"");
    assert_eq!((get(&scope, "a/0"), get(&scope, "a/1")), (Some(vec![0, 255]), Some(Vec::new())));
    assert_eq!((get("", "a/0"), get(&scope, "a")), (None, None));
    let large = vec![7; 1024 * 1024];
    assert_eq!(put("a/2", &large), large);
}

/// A contract is recorded when the first message that carries it is published, and not changed by others.
pub fn a_contract_is_recorded_before_its_message(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let store = bench.store();
    let contract = contract(&bench.topic, "id");
    let publish = |number| {
        let outgoing = bench.outgoing(numbered(0, number)).with_contract(Some(contract.clone()));
        block_on(bench.backend.publish(vec![bench.outgoing(numbered(1, number)), outgoing]))
            .expect("an open bus")
    };
    publish(0);
    let stored = || block_on(store.get(contract.scope(), contract.name())).expect("an open bus");
    assert_eq!(stored().as_deref(), Some(contract.value()));
    let text = String::from_utf8_lossy(contract.value());
    assert!(!text.contains("About"), "without documentation: {text}");
    publish(1);
    assert_eq!(stored().as_deref(), Some(contract.value()));
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(bench.receive(&*subscriber, 4).len(), 4);
}

/// A batch with a contract that differs from the recorded one is refused as a whole. Other scopes, and other
/// batches, are not affected.
pub fn another_schema_of_a_version_is_a_conflict(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let carrying = |contract| bench.outgoing(numbered(0, 0)).with_contract(Some(contract));
    block_on(bench.backend.publish(vec![carrying(contract(&bench.topic, "id"))])).expect("an open bus");
    for _ in 0..2 {
        let batch = vec![bench.outgoing(numbered(1, 0)), carrying(contract(&bench.topic, "number"))];
        let sending = bench.backend.publish(batch);
        let next = bench.backend.publish(vec![bench.outgoing(numbered(2, 0))]);
        let error = block_on(sending).expect_err("another schema");
        let fates = vec![Fate::NotPublished; 2];
        assert_eq!((error.error.kind, error.fates), (ErrorKind::SchemaConflict, fates));
        block_on(next).expect("the next batch is not affected");
    }
    let elsewhere = contract(&format!("{}-elsewhere", bench.topic), "number");
    block_on(bench.backend.publish(vec![carrying(elsewhere)])).expect("another scope");
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(bench.receive(&*subscriber, 4).len(), 4, "no message of the refused batches");
}
