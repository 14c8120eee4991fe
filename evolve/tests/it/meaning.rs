//! The changes of meaning in each kind of change, and in the additional cases of `tests/data/meanings.jsonl`.
//!
//! A new case is a new line there. `EVOLVE_UPDATE=1` rewrites the expected text.

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

/// Returns the name, the new and the old version of each case. The kinds of change exist in both directions.
/// Their reader is used as the new version.
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
fn every_case_has_the_expected_changes_of_meaning() {
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
        assert_eq!(found, expected, "{EXPECTED}:{} (EVOLVE_UPDATE=1 rewrites it)", line + 1);
    }
    assert_eq!(text, expected, "{EXPECTED} (EVOLVE_UPDATE=1 rewrites it)");
}

#[test]
fn rules_have_unique_names_and_documentation() {
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        assert!(rule.doc.ends_with('.') && rule.doc.len() > 40, "{}", rule.id);
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
    }
}

#[test]
fn identical_versions_have_no_changes_of_meaning() {
    for (name, new, old) in cases() {
        assert_eq!(changes(&new, &new), [], "{name}");
        assert_eq!(changes(&old, &old), [], "{name}");
    }
}
