//! Compares schemas and bytes with those of Open edX's own packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use signalbook_codegen::tool::emit::{self, SchemaText};
use signalbook_loop::{CASES, Case, Event};

use crate::{checked, oracle};

/// Its namespace is not a valid Avro name; Apache's libraries for Rust and Java reject it.
const ILLEGAL: &str = "org.openedx.enterprise.subsidy.redemption-reversed.v1";

fn case() -> &'static Case {
    CASES.iter().find(|case| case.name == "openedx").expect("the build script lists the registry")
}

fn events() -> BTreeMap<&'static str, Event> {
    case().events.iter().map(|event| (event.event_type, *event)).collect()
}

fn schemas() -> Vec<SchemaText> {
    emit::avro(&checked(case())).expect("every event has a schema")
}

#[test]
#[ignore = "needs Python: scripts/test runs it"]
fn every_schema_equals_that_of_open_edx() {
    let theirs: BTreeMap<String, Value> = serde_json::from_str(&oracle::ask("schemas", "")).expect("JSON");
    let ours: BTreeMap<String, Value> = schemas()
        .into_iter()
        .map(|schema| (schema.event_type.to_string(), serde_json::from_str(&schema.text).expect("JSON")))
        .collect();
    assert_eq!(ours.len(), 72);
    for (event_type, theirs) in &theirs {
        assert_eq!(ours.get(event_type), Some(theirs), "{event_type}");
    }
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
}

#[test]
fn apache_parses_every_valid_schema() {
    let refused: BTreeSet<String> = schemas()
        .into_iter()
        .filter(|schema| apache_avro::Schema::parse_str(&schema.text).is_err())
        .map(|schema| schema.event_type.to_string())
        .collect();
    assert_eq!(refused, BTreeSet::from([ILLEGAL.to_owned()]));
}

#[test]
#[ignore = "needs Python: scripts/test runs it"]
fn the_bytes_of_open_edx_are_decoded_and_encoded_again() {
    let events = events();
    let unordered = schemas().into_iter().filter(|schema| schema.text.contains(r#""type": "map""#));
    let unordered: BTreeSet<String> = unordered.map(|schema| schema.event_type.to_string()).collect();
    let mut sent = String::new();
    let mut data = Vec::new();
    let mut unseen: BTreeSet<&str> = events.keys().copied().collect();
    for line in oracle::ask("samples", "").lines() {
        let sample: Value = serde_json::from_str(line).expect("JSON");
        let event_type = sample["type"].as_str().expect("a type");
        let theirs = unhex(sample["hex"].as_str().expect("hex"));
        let ours = (events[event_type].rewrite)(&theirs)
            .unwrap_or_else(|error| panic!("{event_type}, sample {}: {error}", sample["sample"]));
        // The entries of a map have no order: only the values can be compared. Everything else is equal byte
        // for byte.
        assert_eq!(ours.len(), theirs.len(), "{event_type}, sample {}", sample["sample"]);
        if !unordered.contains(event_type) {
            assert_eq!(ours, theirs, "{event_type}, sample {}", sample["sample"]);
        }
        let line = json!({ "type": event_type, "hex": hex(&ours) });
        writeln!(sent, "{line}").expect("writing to a string succeeds");
        data.push(sample["datum"].clone());
        unseen.remove(event_type);
    }
    assert_eq!(unseen, BTreeSet::new(), "these events have no sample");

    let read = oracle::ask("read", &sent);
    let read: Vec<Value> = read.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(read.len(), data.len());
    for (read, datum) in read.iter().zip(&data) {
        assert_eq!(&read["datum"], datum, "{}", read["type"]);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string succeeds");
        hex
    })
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a hexadecimal digit");
    let byte =
        |pair: &[u8]| u8::try_from(digit(pair[0]) * 16 + digit(pair[1])).expect("two digits make a byte");
    hex.as_bytes().chunks_exact(2).map(byte).collect()
}
