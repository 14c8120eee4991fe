//! The schema store, and contracts.

use std::sync::Arc;

use super::Harness;
use super::fixture::{Bench, numbered};
use crate::{
    StoredSchema,
    backend::{Contract, ErrorKind, Fate, Start},
    blocking::block_on,
    model::Schema,
};

/// The contract of version 3 of an event whose data are a record with one field of this name. It is required.
fn contract(scope: &str, field: &str) -> Contract {
    contract_of("com.example.conformance.v1", scope, field, true)
}

fn contract_of(event_type: &str, scope: &str, field: &str, is_required: bool) -> Contract {
    let text = format!(
        r#"{{"type": "record", "name": "CloudEvent", "doc": "About {scope}.", "fields": [
            {{"name": "{field}", "type": "string"}}]}}"#
    );
    let schema = Schema::parse(&text).expect("a schema");
    let stored = StoredSchema::new(event_type, 3, &schema);
    Contract::new(scope, stored, Some(field), is_required, Arc::default())
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

/// If the log does not permit to record a schema, messages that do not require it are published, the others
/// are refused with their batch. What is recorded already needs no permission.
pub fn a_refused_schema_stops_what_requires_it(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let carrying = |contract| bench.outgoing(numbered(0, 0)).with_contract(Some(contract));
    block_on(bench.backend.publish(vec![carrying(contract(&bench.topic, "id"))])).expect("an open bus");
    harness.refuse_schemas();
    let new = |is_required| contract_of("com.example.refused.v1", &bench.topic, "id", is_required);
    for _ in 0..2 {
        let batch = vec![bench.outgoing(numbered(1, 0)), carrying(new(true))];
        let error = block_on(bench.backend.publish(batch)).expect_err("it is required");
        let fates = vec![Fate::NotPublished; 2];
        assert_eq!((error.error.kind, error.fates), (ErrorKind::Refused, fates));
        block_on(bench.backend.publish(vec![carrying(new(false))])).expect("it is not required");
    }
    let error = block_on(bench.backend.prepare(&new(true))).expect_err("it is required");
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    block_on(bench.backend.prepare(&new(false))).expect("it is not required");
    block_on(bench.backend.publish(vec![carrying(contract(&bench.topic, "id"))])).expect("it is recorded");
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(bench.receive(&*subscriber, 4).len(), 4, "no message of the refused batches");
}

/// A contract is recorded without a message, or its id is resolved. A log that does not use contracts says
/// so.
pub fn a_contract_is_prepared(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = contract(&bench.topic, "id");
    let prepared = block_on(bench.backend.prepare(&first));
    if !bench.backend.uses_contracts() {
        let error = prepared.expect_err("it does not use contracts");
        assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
        return;
    }
    prepared.expect("an open bus");
    block_on(bench.backend.prepare(&first)).expect("it is prepared");
    if let Some(store) = bench.backend.schema_store() {
        let stored = block_on(store.get(first.scope(), first.name())).expect("an open bus");
        assert_eq!(stored.as_deref(), Some(first.value()));
        let other = contract(&bench.topic, "number");
        let error = block_on(bench.backend.prepare(&other)).expect_err("another schema");
        assert_eq!(error.kind, ErrorKind::SchemaConflict, "{error}");
    }
    let outgoing = bench.outgoing(numbered(0, 0)).with_contract(Some(first));
    block_on(bench.backend.publish(vec![outgoing])).expect("an open bus");
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(bench.receive(&*subscriber, 1).len(), 1);
}
