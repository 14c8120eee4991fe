//! `decode --jsonl`: the results of the reference, and lines that are not valid.

use serde_json::{Value, json};

use crate::workbench::Workbench;

const CORPUS: &str = include_str!("../../../evolve/tests/data/change-kinds.jsonl");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn data_are_decoded_as_by_the_reference() {
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for case in lines(CORPUS) {
        for sample in case["samples"].as_array().unwrap() {
            let id = questions.len();
            questions.push(
                json!({"id": id, "reader": case["reader"], "writer": case["writer"], "hex": sample["hex"]})
                    .to_string(),
            );
            let is_compatible = case["expected"] == "compatible";
            expected.push((case["id"].clone(), is_compatible, sample.get("avro_json").cloned()));
        }
    }
    let bench = Workbench::new();
    bench.write("data.jsonl", &questions.join("\n"));
    let run = bench.run_on("data.jsonl", &["decode", "--jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (100, ""));
    let answers = lines(&run.stdout);
    assert!(expected.len() > 1000 && answers.len() == expected.len(), "{} answers", answers.len());
    let mut refused = 0;
    for (id, (answer, (kind, is_compatible, expected))) in answers.iter().zip(&expected).enumerate() {
        assert_eq!(answer["id"], id, "{kind}");
        assert_ne!(answer.get("error").is_some(), answer.get("avro_json").is_some(), "{kind}: {answer}");
        // The reader of the reference also reads some data that its checker refuses, because it ignores the
        // names of records.
        if !is_compatible && expected.is_some() && answer.get("error").is_some() {
            refused += 1;
        } else {
            assert_eq!(answer.get("avro_json"), expected.as_ref(), "{kind}: {answer}");
        }
    }
    assert!(refused < 100, "{refused} data of incompatible pairs are refused");
}

#[test]
fn every_line_has_an_answer() {
    let bench = Workbench::new();
    bench.write(
        "data.jsonl",
        &[
            r#"{"id": [1], "reader": "null", "writer": "null", "hex": ""}"#,
            r#"{"id": 2, "reader": "bytes", "writer": "bytes", "hex": "02ff"}"#,
            r#"{"id": 3, "reader": "string", "writer": "bytes", "hex": "02ff"}"#,
            r#"{"id": 4, "reader": ["null", "double"], "writer": "int", "hex": "02"}"#,
            r#"{"id": 5, "reader": "double", "writer": "double", "hex": "000000000000f0ff"}"#,
            r#"{"id": 6, "reader": "long", "writer": "long", "hex": "ffffffffffffffffff01"}"#,
            r#"{"id": 7, "reader": "int", "writer": "int", "hex": "0200"}"#,
            r#"{"id": 8, "reader": "int", "writer": "int", "hex": "020"}"#,
            r#"{"id": 9, "reader": "int", "writer": "int", "hex": 2}"#,
            r#"{"id": 10, "reader": "int", "writer": "int"}"#,
            r#"{"id": 11, "reader": "int", "writer": "imt", "hex": "02"}"#,
            "not JSON",
            r#"{"reader": "int", "writer": "int", "hex": "02"}"#,
        ]
        .join("\n"),
    );
    let run = bench.run_on("data.jsonl", &["decode", "--jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (100, ""));
    let summary = |answer: Value| {
        let error = answer["error"].is_string();
        json!([answer["id"], answer["line"], answer.get("avro_json"), error])
    };
    let summary: Vec<Value> = lines(&run.stdout).into_iter().map(summary).collect();
    assert_eq!(
        summary,
        [
            json!([[1], null, null, false]),
            json!([2, null, "\u{ff}", false]),
            json!([3, null, null, true]),
            json!([4, null, {"double": 1.0}, false]),
            json!([5, null, "-Infinity", false]),
            json!([6, null, i64::MIN, false]),
            json!([7, null, null, true]),
            json!([8, null, null, true]),
            json!([9, null, null, true]),
            json!([10, null, null, true]),
            json!([11, null, null, true]),
            json!([null, 12, null, true]),
            json!([null, 13, 1, false]),
        ]
    );
    assert!(run.stdout.starts_with("{\"id\":[1],\"avro_json\":null}\n"));
}
