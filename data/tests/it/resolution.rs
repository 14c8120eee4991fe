//! Compares the resolution of each kind of change with that of the reference.

use signalbook_data::{ReadError, avro_json, encode, read};
use signalbook_model::{Json, Schema};
use signalbook_resolve::ResolveProblem;

const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../evolve/tests/data/resolution");
const KINDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../evolve/tests/data/change-kinds.jsonl");

fn member<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    match json {
        Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    }
}

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    member(json, name).and_then(Json::as_str).expect("a text")
}

fn schema(case: &Json, name: &str) -> Schema {
    Schema::parse_lenient(&member(case, name).expect("a schema").to_text()).expect("a schema").0
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("digits")).collect()
}

#[test]
fn each_kind_of_change_is_read_as_by_the_reference() {
    let lines = std::fs::read_to_string(KINDS).expect("the kinds");
    let (mut count, mut refused) = (0, 0);
    for line in lines.lines() {
        let case = Json::parse(line).expect("JSON");
        let (id, writer, reader) = (text(&case, "id"), schema(&case, "writer"), schema(&case, "reader"));
        let Some(Json::Array(samples)) = member(&case, "samples") else { panic!("{id}: no samples") };
        for sample in samples {
            count += 1;
            let hex = text(sample, "hex");
            let ours = read(&writer, &reader, &bytes(hex));
            match (ours, member(sample, "avro_json")) {
                (Ok(ours), Some(expected)) => {
                    let expected = avro_json::read(&reader, expected).expect("a value of the reader's");
                    assert_eq!(ours, expected, "{id} {hex}");
                }
                (Err(_), None) => {}
                // The reference's reader ignores incompatibilities that its checker finds: the names of
                // records, and aliases that match two fields.
                (Err(ReadError::Datum(error)), Some(_)) if text(&case, "expected") != "compatible" => {
                    let is_name = matches!(
                        error.problem,
                        ResolveProblem::Types { .. }
                            | ResolveProblem::NoBranch { .. }
                            | ResolveProblem::AmbiguousAlias { .. }
                    );
                    assert!(is_name, "{id} {hex}: {error}");
                    refused += 1;
                }
                (ours, expected) => panic!("{id} {hex}: {ours:?} and not {:?}", expected.map(Json::to_text)),
            }
        }
    }
    assert!(
        count > 1000 && refused < 100,
        "{refused} of {count} samples cannot be read because of their \
                                            names"
    );
}

/// Differences that a random comparison with the reference found. Each file gives the reason for the expected
/// result.
#[test]
fn each_former_difference_has_the_expected_result() {
    let files = std::fs::read_dir(FOUND).expect("the pairs").map(|file| file.expect("a file").path());
    let mut count = 0;
    for path in files {
        let case = Json::parse(&std::fs::read_to_string(&path).expect("a pair")).expect("JSON");
        let (writer, reader, why) = (schema(&case, "writer"), schema(&case, "reader"), text(&case, "why"));
        let Some(Json::Array(data)) = member(&case, "data") else { panic!("{}: no data", path.display()) };
        for datum in data {
            count += 1;
            let hex = text(datum, "hex");
            let ours = read(&writer, &reader, &bytes(hex));
            let found =
                ours.as_ref().ok().map(|value| encode(&reader, value).expect("a value of the reader's"));
            let expected = member(datum, "read").and_then(Json::as_str).map(bytes);
            assert_eq!(found, expected, "{} {hex}: {ours:?}; {why}", path.display());
        }
    }
    assert!(count > 20, "only {count} data");
}
