use proptest::prelude::*;
use signalbook_model::{Json, Schema};
use signalbook_resolve::{Value, avro_json, decode, encode, plain};

use crate::data::{data, look_alike};

fn bytes(schema: &Schema, value: &Value) -> Vec<u8> {
    encode(schema, value).expect("a value of the schema")
}

/// As it comes through text.
fn reread(json: &Json) -> Json {
    Json::parse(&json.to_text()).expect("JSON")
}

proptest! {
    #[test]
    fn bytes_give_the_value_back((schema, value) in data()) {
        let bytes = bytes(&schema, &value);
        let decoded = decode(&schema, &bytes).expect("what we wrote");
        prop_assert_eq!(encode(&schema, &decoded).expect("what we read"), bytes);
    }

    #[test]
    fn avro_json_gives_the_value_back((schema, value) in data()) {
        let json = avro_json::write(&schema, &value).expect("a value of the schema");
        let read = avro_json::read(&schema, &reread(&json)).expect("what we wrote");
        prop_assert_eq!(bytes(&schema, &read), bytes(&schema, &value));
    }

    #[test]
    fn plain_json_gives_the_value_back((schema, value) in prop_oneof![data(), look_alike()]) {
        let json = plain::write(&schema, &value).expect("a value of the schema");
        let read = plain::read(&schema, &reread(&json)).expect("what we wrote");
        prop_assert_eq!(bytes(&schema, &read), bytes(&schema, &value));
    }

    #[test]
    fn any_bytes_are_read_or_refused((schema, _) in data(), bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(value) = decode(&schema, &bytes) {
            let again = encode(&schema, &value).expect("what we read");
            let value_again = decode(&schema, &again).expect("what we wrote");
            prop_assert_eq!(format!("{value:?}"), format!("{value_again:?}"));
        }
    }

    #[test]
    fn bytes_that_end_early_are_refused((schema, value) in data()) {
        let bytes = bytes(&schema, &value);
        for end in 0..bytes.len() {
            prop_assert!(decode(&schema, &bytes[..end]).is_err());
        }
        let longer = [&bytes[..], &[0]].concat();
        prop_assert!(decode(&schema, &longer).is_err());
    }
}
