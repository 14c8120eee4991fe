use proptest::prelude::*;
use signalbook_data::{MAX_DEPTH, Value, avro_json, decode, encode, plain};
use signalbook_model::{Json, Schema};

use crate::data::{data, logical, look_alike};

fn bytes(schema: &Schema, value: &Value) -> Vec<u8> {
    encode(schema, value).expect("a value of the schema")
}

/// Writes and parses the text of `json`.
fn reread(json: &Json) -> Json {
    Json::parse(&json.to_text()).expect("JSON")
}

proptest! {
    #[test]
    fn decoding_bytes_returns_the_value((schema, value) in data()) {
        let bytes = bytes(&schema, &value);
        let decoded = decode(&schema, &bytes).expect("what we wrote");
        prop_assert_eq!(encode(&schema, &decoded).expect("what we read"), bytes);
    }

    #[test]
    fn reading_avro_json_returns_the_value((schema, value) in data()) {
        let json = avro_json::write(&schema, &value).expect("a value of the schema");
        let read = avro_json::read(&schema, &reread(&json)).expect("what we wrote");
        prop_assert_eq!(bytes(&schema, &read), bytes(&schema, &value));
    }

    #[test]
    fn reading_plain_json_returns_the_value(
        (schema, value) in prop_oneof![data(), look_alike(), logical(), logical()],
    ) {
        let json = plain::write(&schema, &value).expect("a value of the schema");
        let read = plain::read(&schema, &reread(&json)).expect("what we wrote");
        prop_assert_eq!(bytes(&schema, &read), bytes(&schema, &value));
    }

    #[test]
    fn arbitrary_bytes_are_a_datum_or_an_error(
        (schema, _) in data(),
        bytes in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        if let Ok(value) = decode(&schema, &bytes) {
            let again = encode(&schema, &value).expect("what we read");
            let value_again = decode(&schema, &again).expect("what we wrote");
            prop_assert_eq!(format!("{value:?}"), format!("{value_again:?}"));
        }
    }

    #[test]
    fn truncated_bytes_are_an_error((schema, value) in data()) {
        let bytes = bytes(&schema, &value);
        for end in 0..bytes.len() {
            prop_assert!(decode(&schema, &bytes[..end]).is_err());
        }
        let longer = [&bytes[..], &[0]].concat();
        prop_assert!(decode(&schema, &longer).is_err());
    }
}

/// Values of the largest depth are read and written within the stack of a test thread. Deeper ones are
/// errors.
#[test]
fn the_deepest_values_are_read_and_written() {
    let record = |ty: &str| {
        let text = format!(r#"{{"type":"record","name":"L","fields":[{{"name":"next","type":{ty}}}]}}"#);
        Schema::parse(&text).expect("a schema")
    };
    let cases: [(Schema, &[u8], &[u8]); 5] = [
        (record(r#"["null","L"]"#), b"\x02", b""),
        (record(r#"["null",{"type":"map","values":"L"},"L"]"#), b"\x04", b""),
        (record(r#"{"type":"array","items":"L"}"#), b"\x02", b"\0"),
        (record(r#"{"type":"map","values":"L"}"#), b"\x02\x02k", b"\0"),
        (record(r#"{"type":"array","x":1,"items":{"type":"L","y":1}}"#), b"\x02", b"\0"),
    ];
    for (schema, before, after) in cases {
        let datum =
            |records: usize| [before.repeat(records - 1), b"\0".to_vec(), after.repeat(records - 1)].concat();
        let deepest = datum(MAX_DEPTH / 2);
        let value = decode(&schema, &deepest).expect("a value of the largest depth");
        assert!(bytes(&schema, &value) == deepest && value.clone() == value);
        for json in [plain::write(&schema, &value), avro_json::write(&schema, &value)] {
            let json = json.expect("a value of the schema");
            assert!(Json::parse(&json.to_text_pretty()).expect("JSON") == reread(&json));
            let read = plain::read(&schema, &json).or_else(|_| avro_json::read(&schema, &json));
            assert!(read.expect("what we wrote") == value);
        }
        assert!(decode(&schema, &datum(MAX_DEPTH / 2 + 1)).is_err());
    }
}
