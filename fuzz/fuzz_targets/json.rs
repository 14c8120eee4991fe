//! Both forms of JSON: any document is read with any schema or rejected, and a round trip through both forms
//! and through bytes changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_data::{JsonError, Value, avro_json, decode, encode, plain};
use signalbook_model::{Json, Schema};
use signalbook_sample::Choices;

// The input is the text of a schema, a zero byte, and a document. If the text is not a schema, it is used as
// choices that generate one.
fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (before, document) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let text = std::str::from_utf8(before).ok();
    let schema = match text.and_then(|text| Schema::parse_lenient(text).ok()) {
        Some((schema, _)) => schema,
        None => signalbook_sample::schema(&mut Choices::new(before)),
    };
    let Some(document) = std::str::from_utf8(document).ok().and_then(|text| Json::parse(text).ok()) else {
        return;
    };

    for read in [plain::read(&schema, &document), avro_json::read(&schema, &document)] {
        match read {
            Ok(value) => comes_back(&schema, &value),
            Err(errors) => refuses(&errors),
        }
    }
});

fn comes_back(schema: &Schema, value: &Value) {
    let bytes = encode(schema, value).expect("a value can be encoded");
    assert_eq!(
        encode(schema, &decode(schema, &bytes).expect("an encoded value can be decoded")).as_ref(),
        Ok(&bytes)
    );

    let json = avro_json::write(schema, value).expect("a value can be written").to_text();
    let again =
        avro_json::read(schema, &Json::parse(&json).expect("JSON")).expect("a written value can be read");
    assert_eq!(encode(schema, &again).as_ref(), Ok(&bytes));

    let json = plain::write(schema, value).expect("a value can be written").to_text();
    let again = plain::read(schema, &Json::parse(&json).expect("JSON")).expect("a written value can be read");
    assert_eq!(encode(schema, &again), Ok(bytes));
}

fn refuses(errors: &[JsonError]) {
    assert!(!errors.is_empty());
    for error in errors {
        assert!(!error.to_string().is_empty());
    }
}
