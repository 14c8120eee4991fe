//! The decoder of plain values: any bytes are decoded with any schema or rejected, and a round trip through
//! bytes and both forms of JSON changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_data::{avro_json, decode, encode, plain};
use signalbook_model::{Json, Schema};
use signalbook_sample::Choices;

// The input is the text of a schema, a zero byte, and a datum. If the text is not a schema, it is used as
// choices that generate one.
fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (before, datum) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let text = std::str::from_utf8(before).ok();
    let schema = match text.and_then(|text| Schema::parse_lenient(text).ok()) {
        Some((schema, _)) => schema,
        None => signalbook_sample::schema(&mut Choices::new(before)),
    };
    let Ok(value) = decode(&schema, datum) else { return };

    let bytes = encode(&schema, &value).expect("a decoded value can be encoded");
    let again = decode(&schema, &bytes).expect("an encoded value can be decoded");
    assert_eq!(encode(&schema, &again).expect("a decoded value can be encoded"), bytes);

    // All NaNs are the same in JSON.
    let json = avro_json::write(&schema, &value).expect("a decoded value can be written");
    let parsed = Json::parse(&json.to_text()).expect("JSON");
    let read = avro_json::read(&schema, &parsed).expect("a written value can be read");
    assert_eq!(avro_json::write(&schema, &read).as_ref(), Ok(&json));

    let plain = plain::write(&schema, &value).expect("a decoded value can be written");
    let parsed = Json::parse(&plain.to_text()).expect("JSON");
    let read = plain::read(&schema, &parsed).expect("a written value can be read");
    assert_eq!(avro_json::write(&schema, &read), Ok(json));
});
