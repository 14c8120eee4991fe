//! What each rule says of each case: of the kinds of change, and of `tests/data/meanings.jsonl`, which has
//! what they lack.
//!
//! A new case is a new line there. `EVOLVE_UPDATE=1` writes the expected text anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use signalbook_evolve::{Change, Pointers, RULES, changes};
use signalbook_model::{Direction, Schema};

const EXPECTED: &str = "tests/data/meanings.txt";

fn schema(json: &Value) -> Schema {
    let (schema, _) =
        Schema::parse_lenient(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json}"));
    schema
}

/// Each case's name, its new version and its old one. The kinds of change are there in both directions: their
/// reader is taken for the new version.
fn cases() -> Vec<(String, Schema, Schema)> {
    let parse = |line| serde_json::from_str::<Value>(line).expect("a case");
    let kinds = include_str!("../data/change-kinds.jsonl").lines().map(parse).map(|case| {
        (case["id"].as_str().expect("a name").to_owned(), schema(&case["reader"]), schema(&case["writer"]))
    });
    let own = include_str!("../data/meanings.jsonl").lines().map(parse).map(|case| {
        (case["id"].as_str().expect("a name").to_owned(), schema(&case["new"]), schema(&case["old"]))
    });
    kinds.chain(own).collect()
}

fn write(text: &mut String, change: &Change) {
    let directions: Vec<&str> = change
        .directions
        .iter()
        .map(|direction| match direction {
            Direction::Backward => "backward",
            Direction::Forward => "forward",
        })
        .collect();
    let Change { rule, pointers: Pointers { new, old }, title, .. } = change;
    writeln!(text, "    {} ({}): {title} [new `{new}`, old `{old}`]", rule.id, directions.join(", "))
        .expect("a text");
}

#[test]
fn every_rule_says_what_is_expected_of_every_case() {
    let mut text = String::new();
    for (name, new, old) in cases() {
        writeln!(text, "{name}").expect("a text");
        for change in changes(&new, &old) {
            write(&mut text, &change);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXPECTED);
    if std::env::var_os("EVOLVE_UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the expected text");
    for (line, (found, expected)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "{EXPECTED}:{} (EVOLVE_UPDATE=1 writes it anew)", line + 1);
    }
    assert_eq!(text, expected, "{EXPECTED} (EVOLVE_UPDATE=1 writes it anew)");
}

#[test]
fn rules_have_names_of_their_own_and_documentation() {
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        assert!(rule.doc.ends_with('.') && rule.doc.len() > 40, "{}", rule.id);
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
    }
}

#[test]
fn identical_versions_have_nothing_to_say() {
    for (name, new, old) in cases() {
        assert_eq!(changes(&new, &new), [], "{name}");
        assert_eq!(changes(&old, &old), [], "{name}");
    }
}
