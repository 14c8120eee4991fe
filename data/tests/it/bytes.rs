use signalbook_data::{Value, decode};
use signalbook_model::Schema;
use signalbook_resolve::Plan;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"string"},
    {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
        {"name":"quantity","type":"int"},
        {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
        {"name":"labels","type":{"type":"map","values":["null","boolean"]}}]}}}]}"#;

fn schema(text: &str) -> Schema {
    Schema::parse(text).expect("a schema")
}

/// `i64::MAX`
const LONGEST: &[u8] = &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

/// A schema, bytes that are not a datum of it, and the message.
const NO_DATA: &[(&str, &[u8], &str)] = &[
    (ORDER, &[], "at `id`: the value needs 1 bytes, but only 0 are left (byte 0)"),
    (ORDER, &[4, b'x'], "at `id`: the value needs 2 bytes, but only 1 are left (byte 0)"),
    (ORDER, LONGEST, "at `id`: the value needs 9223372036854775807 bytes, but only 0 are left (byte 0)"),
    (ORDER, &[1], "at `id`: a length of -1 (byte 0)"),
    (ORDER, &[2, 0xff, 0], "at `id`: a string that is not UTF-8 (byte 0)"),
    (
        ORDER,
        &[0, 2, 0x80, 0x80, 0x80, 0x80, 0x20],
        "at `lines[0].quantity`: an integer of more than 32 bits (byte 2)",
    ),
    (
        ORDER,
        &[0, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        "at `lines[0].quantity`: an integer of more than 32 bits (byte 2)",
    ),
    (
        ORDER,
        &[0, 4, 0, 0, 0, 0, 4],
        "at `lines[1].kind`: symbol 2 of the enum `Kind`, which has 2 symbols (byte 6)",
    ),
    (ORDER, &[0, 2, 0, 1], "at `lines[0].kind`: symbol -1 of the enum `Kind`, which has 2 symbols (byte 3)"),
    (
        ORDER,
        &[0, 2, 0, 0, 2, 2, b'k', 4],
        "at `lines[0].labels{0}`: branch 2 of a union with 2 branches (byte 7)",
    ),
    (
        ORDER,
        &[0, 2, 0, 0, 2, 2, b'k', 2, 2],
        "at `lines[0].labels{0}`: a boolean must be 0 or 1, not 2 (byte 8)",
    ),
    (ORDER, &[0, 0, 7], "1 bytes are left over: the datum was written with another schema (byte 2)"),
    (r#"{"type":"array","items":"null"}"#, LONGEST, "more items than the bytes can hold (byte 0)"),
    (r#"{"type":"array","items":"long"}"#, LONGEST, "more items than the bytes can hold (byte 0)"),
    (r#"{"type":"array","items":"long"}"#, &[1, 1], "a length of -1 (byte 1)"),
    (
        r#"{"type":"fixed","name":"F","size":2147483647}"#,
        &[0],
        "the value needs 2147483647 bytes, but only 1 are left (byte 0)",
    ),
    (
        r#""long""#,
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        "an integer of more than 64 bits (byte 0)",
    ),
    (r#""long""#, &[0x80; 11], "an integer of more than 64 bits (byte 0)"),
    (r#""double""#, &[0; 7], "the value needs 8 bytes, but only 7 are left (byte 0)"),
    (r#"["null", "int"]"#, &[0x80, 0x80, 0x80, 0x80, 0x80, 0], "an integer of more than 32 bits (byte 0)"),
    (
        r#"["null", "int", "string"]"#,
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0],
        "an integer of more than 32 bits (byte 0)",
    ),
    (
        r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#,
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0],
        "an integer of more than 32 bits (byte 0)",
    ),
    ("[]", &[0], "branch 0 of a union with 0 branches (byte 0)"),
];

/// The error has the path and the offset. It is found fast and without large allocations.
#[test]
fn invalid_bytes_are_an_error_with_their_path() {
    for (text, bytes, message) in NO_DATA {
        let error = decode(&schema(text), bytes).expect_err(message);
        assert_eq!(error.to_string(), *message, "{bytes:?}");
    }
}

/// Plans that copy, rewrite or skip a value return the errors of the decoder, except for strings, which only
/// the decoder checks.
#[test]
fn invalid_bytes_are_an_error_of_a_plan() {
    let parse = |text: &str| Schema::parse(text).expect("a schema");
    for (text, bytes, message) in NO_DATA {
        let record =
            |fields: &str| parse(&format!(r#"{{"type": "record", "name": "Outer", "fields": [{fields}]}}"#));
        let field = format!(r#"{{"name": "f", "type": {text}}}"#);
        let writer = record(&field);
        let readers = [
            writer.clone(),
            record(&format!(r#"{{"name": "new", "type": "int", "default": 1}}, {field}"#)),
            record(r#"{"name": "new", "type": "int", "default": 1}"#),
        ];
        for reader in &readers {
            let Ok(plan) = Plan::new(&writer, reader) else { panic!("{message}: no plan") };
            let mut out = Vec::new();
            match plan.transcode(bytes, &mut out) {
                Err(error) => assert!(error.offset <= bytes.len(), "{message}"),
                Ok(()) => assert!(
                    message.contains("UTF-8") && (decode(reader, &out).is_err() || reader == &readers[2]),
                    "{message}"
                ),
            }
            assert!(out.len() < 100, "{message}");
        }
    }
}

#[test]
fn blocks_are_read_in_both_forms() {
    let schema = schema(r#"{"type":"array","items":"int"}"#);
    let items = Value::Array([1, 2, 3].map(Value::Int).to_vec());
    assert_eq!(decode(&schema, &[6, 2, 4, 6, 0]), Ok(items.clone()));
    assert_eq!(decode(&schema, &[3, 4, 2, 4, 2, 6, 0]), Ok(items), "-2 items in 2 bytes, then 1");
}

/// A schema of 120 records with two to the power of 120 values of zero bytes.
#[test]
fn the_number_of_values_of_zero_bytes_is_limited() {
    let mut inner = r#"{"type":"record","name":"R0","fields":[{"name":"a","type":"null"}]}"#.to_owned();
    for at in 1..120 {
        let before = at - 1;
        inner = format!(
            r#"{{"type":"record","name":"R{at}","fields":[{{"name":"a","type":{inner}}},{{"name":"b","type":"R{before}"}}]}}"#
        );
    }
    let error = decode(&schema(&inner), &[]).expect_err("refused");
    assert!(error.to_string().contains("more items than the bytes can hold"), "{error}");
}

#[test]
fn recursion_is_bounded() {
    let list = schema(r#"{"type":"record","name":"List","fields":[{"name":"next","type":["null","List"]}]}"#);
    assert!(decode(&list, &[&[2; 100][..], &[0]].concat()).is_ok());
    let error = decode(&list, &vec![2; 10_000]).expect_err("refused");
    assert!(error.to_string().contains("values nest more than 512 deep"), "{error}");
    let endless = schema(r#"{"type":"record","name":"R","fields":[{"name":"again","type":"R"}]}"#);
    assert!(decode(&endless, &[]).is_err());
}
