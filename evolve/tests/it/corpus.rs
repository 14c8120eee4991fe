//! Kinds of changes and histories, each with the answer of the reference. A new case is a new line in a file
//! of `tests/data/`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use signalbook_evolve::{IncompatibilityKind, breaches, check};
use signalbook_model::{Mode, Schema};

use crate::reference::counted;

#[derive(Deserialize)]
struct Case {
    id: String,
    reader: Value,
    writer: Value,
    expected: String,
    incompatibilities: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    location: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct History {
    id: String,
    #[serde(rename = "history")]
    versions: Vec<Value>,
    /// Whether the last version passes in each mode.
    last_vs_prior: BTreeMap<String, bool>,
    /// Whether each version passes against the previous one.
    steps: Vec<BTreeMap<String, bool>>,
}

fn schema(json: &Value) -> Schema {
    let (schema, _) =
        Schema::parse_lenient(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json}"));
    schema
}

/// Converts a location of the reference, which writes `/` for the root.
fn pointer(location: &str) -> String {
    if location == "/" { String::new() } else { location.to_owned() }
}

#[test]
fn every_kind_of_change_has_the_verdict_of_the_reference() {
    let cases: Vec<Case> = include_str!("../data/change-kinds.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"))
        .collect();
    assert!(cases.len() > 250, "{} cases", cases.len());
    for Case { id, reader, writer, expected, incompatibilities } in cases {
        let found = check(&schema(&reader), &schema(&writer));
        let is_expected = match expected.as_str() {
            "COMPATIBLE" => true,
            "INCOMPATIBLE" | "ERROR" => false,
            other => panic!("{id}: {other}"),
        };
        assert_eq!(found.is_compatible(), is_expected, "{id}");
        if expected == "ERROR" {
            let kinds: Vec<IncompatibilityKind> =
                found.incompatibilities.iter().map(|reason| reason.kind).collect();
            assert_eq!(kinds, [IncompatibilityKind::AmbiguousAlias], "{id}");
            continue;
        }
        assert_eq!(
            counted(
                found.incompatibilities.into_iter().map(|reason| (reason.kind.to_string(), reason.pointer))
            ),
            counted(incompatibilities.into_iter().map(|reason| (reason.kind, pointer(&reason.location)))),
            "{id}"
        );
    }
}

#[test]
fn every_history_passes_the_expected_modes() {
    let histories: Vec<History> =
        serde_json::from_str(include_str!("../data/histories.json")).expect("histories");
    for History { id, versions, last_vs_prior, steps } in histories {
        let versions: Vec<Schema> = versions.iter().map(schema).collect();
        let (last, earlier) = versions.split_last().expect("versions");
        for (name, passes) in last_vs_prior {
            let mode: Mode = name.parse().expect("a mode");
            assert_eq!(breaches(mode, last, earlier).is_empty(), passes, "{id}: {mode}");
        }
        assert_eq!(steps.len(), earlier.len(), "{id}");
        for (pair, step) in versions.windows(2).zip(steps) {
            for (name, passes) in step {
                let mode: Mode = name.parse().expect("a mode");
                assert_eq!(breaches(mode, &pair[1], &pair[..1]).is_empty(), passes, "{id}: {mode}");
            }
        }
    }
}
