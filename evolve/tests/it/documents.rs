//! Compares the JSON encoding of generated data with that of the reference, in both directions.
//!
//! `EVOLVE_PAIRS` sets the number of schemas, `EVOLVE_SEED` the seed. A failure prints the seed.

use serde::Deserialize;
use serde_json::json;
use signalbook_data::{Value, avro_json, encode};
use signalbook_model::{Json, Schema};

use crate::generate::{Choices, pair};
use crate::reference::{ask, number, seed};
use crate::resolution::{bytes, hex, value};

#[derive(Deserialize)]
struct Answer {
    data: Vec<Datum>,
}

/// The datum in both encodings, each converted from the other, or the error.
#[derive(Debug, Deserialize)]
struct Datum {
    hex: Option<String>,
    json: Option<String>,
    error: Option<String>,
}

/// Replaces values by ones that are difficult in JSON: arbitrary bytes and characters, the limits of numbers.
/// (-0.0 is left out, because the reference writes it as 0.0.)
fn strange(value: Value, choices: &mut Choices) -> Value {
    match value {
        Value::Bytes(_) => {
            Value::Bytes((0..choices.below(5)).map(|_| choices.bits().to_le_bytes()[0]).collect())
        }
        Value::Fixed(bytes) => Value::Fixed(bytes.iter().map(|_| choices.bits().to_le_bytes()[0]).collect()),
        Value::String(_) => {
            const PARTS: [&str; 7] = ["a", "\"", "\\", "\u{0}", "\u{7f}", "ÿ", "𝄞"];
            Value::String((0..choices.below(5)).map(|_| PARTS[choices.below(PARTS.len())]).collect())
        }
        Value::Long(number) => Value::Long([number, i64::MAX, i64::MIN][choices.below(3)]),
        Value::Float(number) => Value::Float(
            [number, f32::MAX, f32::MIN_POSITIVE, 1e-45, f32::NAN, f32::INFINITY, f32::NEG_INFINITY]
                [choices.below(7)],
        ),
        Value::Double(number) => Value::Double(
            [number, 1e23, f64::MAX, 5e-324, 0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]
                [choices.below(8)],
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| strange(item, choices)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, strange(value, choices))).collect())
        }
        Value::Record(fields) => {
            Value::Record(fields.into_iter().map(|field| strange(field, choices)).collect())
        }
        Value::Union(branch, value) => Value::Union(branch, Box::new(strange(*value, choices))),
        Value::Null | Value::Boolean(_) | Value::Int(_) | Value::Enum(_) => value,
    }
}

#[test]
#[ignore = "needs Java: scripts/test runs it"]
fn documents_of_both_sides_can_be_read_by_the_other() {
    let count = usize::try_from(number("EVOLVE_PAIRS").unwrap_or(3_000)).expect("a small number");
    let seed = seed();
    println!("EVOLVE_SEED={seed} EVOLVE_PAIRS={count}");
    let mut choices = Choices::new(seed);
    let mut schemas = Vec::new();
    let mut samples: Vec<Vec<(String, String)>> = Vec::new();
    while schemas.len() < count {
        let Ok(schema) = Schema::parse(&pair(&mut choices).0.to_json()) else { continue };
        let values = (0..3).filter_map(|_| value(&mut choices, &schema, &schema.root, 6)).collect::<Vec<_>>();
        let data = values.into_iter().map(|value| {
            let value = strange(value, &mut choices);
            let document = avro_json::write(&schema, &value).expect("a value of the schema").to_text();
            (hex(&encode(&schema, &value).expect("a value of the schema")), document)
        });
        samples.push(data.collect());
        schemas.push(schema);
    }
    let questions: Vec<String> = schemas
        .iter()
        .zip(&samples)
        .map(|(schema, data)| {
            let data: Vec<_> = data.iter().map(|(hex, json)| json!({"hex": hex, "json": json})).collect();
            format!(r#"{{"schema": {}, "data": {}}}"#, schema.to_json(), json!(data))
        })
        .collect();
    let answers: Vec<Answer> = ask("Documents", &questions);
    assert_eq!(answers.len(), schemas.len(), "seed {seed}");
    let (mut compared, mut endless) = (0, 0);
    for ((schema, data), answer) in schemas.iter().zip(&samples).zip(&answers) {
        for ((hex, document), theirs) in data.iter().zip(&answer.data) {
            // The reference makes a grammar of all types, even of one that always contains itself and has no
            // values.
            if theirs.error.as_ref().is_some_and(|error| error.contains("StackOverflowError")) {
                endless += 1;
                continue;
            }
            let context = format!("seed {seed}: {} {hex} {document}: {theirs:?}", schema.to_json());
            // The reference also writes NaN and the infinities as strings, but cannot read them.
            let is_no_number = ["\"NaN\"", "Infinity\""].iter().any(|text| document.contains(text));
            if !is_no_number {
                assert_eq!(theirs.hex.as_ref(), Some(hex), "our document, {context}");
            }
            // The reference writes an empty text for a record without fields.
            if hex.is_empty() && theirs.json.as_deref() == Some("") {
                continue;
            }
            let json = Json::parse(theirs.json.as_ref().expect(&context)).expect(&context);
            let read = avro_json::read(schema, &json).expect(&context);
            assert_eq!(encode(schema, &read).expect(&context), bytes(hex), "their document, {context}");
            compared += 1;
        }
    }
    println!("{compared} data compared, {endless} skipped because a type always contains itself");
    assert!(compared > count, "seed {seed}: only {compared} data compared, {endless} skipped");
}
