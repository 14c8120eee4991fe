//! `compat --jsonl`: the verdicts of the reference, and lines that are not valid.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::workbench::Workbench;

const CORPUS: &str = include_str!("../../../evolve/tests/data/change-kinds.jsonl");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The type and location of each incompatibility, sorted. The reference writes `/` for the root.
fn reasons(list: &Value, place: &str) -> Vec<(String, String)> {
    let text = |reason: &Value, member: &str| reason[member].as_str().unwrap().to_owned();
    let place = |reason: &Value| match text(reason, place) {
        root if root == "/" => String::new(),
        place => place,
    };
    let mut reasons: Vec<_> =
        list.as_array().unwrap().iter().map(|reason| (text(reason, "type"), place(reason))).collect();
    reasons.sort();
    reasons
}

#[test]
fn verdicts_are_those_of_the_reference() {
    let bench = Workbench::new();
    bench.write("pairs.jsonl", CORPUS);
    let run = bench.run_on("pairs.jsonl", &["compat", "--jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (100, ""));
    let (cases, answers) = (lines(CORPUS), lines(&run.stdout));
    assert!(cases.len() > 250 && answers.len() == cases.len(), "{} answers", answers.len());
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(answer["id"], case["id"]);
        let (verdict, expected) = match case["expected"].as_str().unwrap() {
            "COMPATIBLE" => ("compatible", vec![]),
            "INCOMPATIBLE" => ("incompatible", reasons(&case["incompatibilities"], "location")),
            // The reference throws an exception.
            _ => {
                assert_eq!(answer["incompatibilities"][0]["type"], "AMBIGUOUS_ALIAS", "{answer}");
                ("incompatible", reasons(&answer["incompatibilities"], "pointer"))
            }
        };
        assert_eq!(answer["verdict"], verdict, "{answer}");
        assert_eq!(reasons(&answer["incompatibilities"], "pointer"), expected, "{answer}");
        is_explained(case, answer);
    }
}

/// Each incompatible pair has a finding with a witness or a note, and pointers that exist in both schemas.
fn is_explained(case: &Value, answer: &Value) {
    let findings = answer["findings"].as_array().unwrap();
    let mut incompatibilities = 0;
    for finding in findings {
        for side in ["reader", "writer"] {
            if let Some(pointer) = finding[side].as_str() {
                assert!(case[side].pointer(pointer).is_some(), "{side} {pointer}: {answer}");
            }
        }
        if finding["avro"].is_object() {
            incompatibilities += 1;
            assert_eq!(finding["severity"], "error", "{answer}");
            assert!(finding["reader"].is_string() && finding["writer"].is_string(), "{answer}");
            assert!(finding["witness"]["hex"].is_string() || finding["notes"].is_array(), "{answer}");
        }
    }
    assert_eq!(incompatibilities > 0, answer["verdict"] == "incompatible", "{answer}");
}

#[test]
fn every_line_has_an_answer() {
    let bench = Workbench::new();
    let deep = format!(
        r#"{{"id": 12, "reader": {}"int"{}, "writer": "int"}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    bench.write(
        "pairs.jsonl",
        &[
            r#"{"id": {"a": [1e400, "é"]}, "reader": "long", "writer": "int"}"#,
            r#"{"id": 2, "reader": "lung", "writer": "int"}"#,
            "not JSON",
            "",
            r#"{"id": 5, "reader": "int"}"#,
            r#"{"reader": "int", "writer": "int"}"#,
            r#"{"id": 7, "reader": "int", "writer": "int", "reader": "int"}"#,
            r#"{"id": 8, "writer": "int", "reader": {"type": "record", "name": "a-b", "fields": []}}"#,
            r#"{"id": 9, "reader": {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}, "writer": "int"}"#,
            r#"{"id": 10, "reader": "int", "writer": {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}}"#,
            r#"{"id": 11, "reader": {"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "int"], "default": 1}]}, "writer": {"type": "record", "name": "R", "fields": []}}"#,
            &deep,
            r#"[13, "int", "int", "00"]"#,
            "14",
            r#"{"id": 15, "reader": "int", "writer": {"type": "enum", "name": "E", "symbols": ["A"], "doc": null, "default": null}}"#,
            r#"{"id": "last", "reader": {"type": "long", "logicalType": "timestamp-micros"}, "writer": {"type": "long", "logicalType": "timestamp-millis"}}"#,
        ]
        .join("\n"),
    );
    let run = bench.run_on("pairs.jsonl", &["compat", "--jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (100, ""));
    assert!(run.stdout.starts_with(
        r#"{"id":{"a": [1e400, "é"]},"verdict":"compatible","incompatibilities":[],"findings":[]}"#
    ));
    let answers: Vec<Value> =
        run.stdout.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = |answer: &Value| {
        let rules: Vec<Value> =
            answer["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
        json!([answer["id"], answer["line"], answer["verdict"], rules, answer["error"].is_string()])
    };
    let summary: Vec<Value> = answers.iter().map(summary).collect();
    assert_eq!(
        summary,
        [
            json!([2, null, "error", [], true]),
            json!([null, 3, "error", [], true]),
            json!([null, 4, "error", [], true]),
            json!([5, null, "error", [], true]),
            json!([null, 6, "compatible", [], false]),
            json!([null, 7, "error", [], true]),
            json!([8, null, "incompatible", ["illegal-avro-name", "type-changed"], false]),
            json!([9, null, "error", [], true]),
            json!([10, null, "incompatible", ["wrong-default", "type-changed"], false]),
            json!([11, null, "compatible", ["wrong-default"], false]),
            json!([12, null, "error", [], true]),
            json!([null, 13, "error", [], true]),
            json!([null, 14, "error", [], true]),
            json!([15, null, "incompatible", ["legacy-schema", "legacy-schema", "type-changed"], false]),
            json!(["last", null, "compatible", ["time-unit-changed"], false]),
        ]
    );
}

#[test]
fn answers_are_flushed_before_the_next_line() {
    let bench = Workbench::new();
    let mut child = bench
        .command(&["compat", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut ask, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut answer = String::new();
    ask.write_all(b"{\"id\": 1, \"reader\": \"long\", \"writer\": \"int\"}\n").unwrap();
    answers.read_line(&mut answer).unwrap();
    assert!(answer.contains("\"compatible\""), "{answer}");
    // The output is closed: the command ends without an error.
    drop(answers);
    while ask.write_all(b"{\"id\": 2, \"reader\": \"int\", \"writer\": \"long\"}\n").is_ok() {}
    let end = child.wait_with_output().unwrap();
    assert_eq!((end.status.code(), end.stderr.as_slice()), (Some(0), &b""[..]));
}
