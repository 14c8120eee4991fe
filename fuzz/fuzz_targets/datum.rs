//! The decoder of plain values: any bytes are read or refused by any schema, and what is read comes back through the
//! encoder and through both forms of JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_model::{Json, Schema};
use signalbook_data::{avro_json, decode, encode, plain};
use signalbook_sample::Choices;

// The input is the text of a schema, a byte of zero, and a datum; without such text, choices that make a schema up.
fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (before, datum) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let text = std::str::from_utf8(before).ok();
    let schema = match text.and_then(|text| Schema::parse_lenient(text).ok()) {
        Some((schema, _)) => schema,
        None => signalbook_sample::schema(&mut Choices::new(before)),
    };
    let Ok(value) = decode(&schema, datum) else { return };

    let bytes = encode(&schema, &value).expect("what we read");
    let again = decode(&schema, &bytes).expect("what we wrote");
    assert_eq!(encode(&schema, &again).expect("what we read"), bytes);

    // One NaN is as good as another in JSON.
    let json = avro_json::write(&schema, &value).expect("what we read");
    let parsed = Json::parse(&json.to_text()).expect("JSON");
    let read = avro_json::read(&schema, &parsed).expect("what we wrote");
    assert_eq!(avro_json::write(&schema, &read).as_ref(), Ok(&json));

    let plain = plain::write(&schema, &value).expect("what we read");
    let parsed = Json::parse(&plain.to_text()).expect("JSON");
    let read = plain::read(&schema, &parsed).expect("what we wrote");
    assert_eq!(avro_json::write(&schema, &read), Ok(json));
});
