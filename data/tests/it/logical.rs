//! Values of logical types in plain JSON.

use signalbook_data::{JsonError, Value, avro_json, encode, plain};
use signalbook_model::{Json, Schema};

fn schema(text: &str) -> Schema {
    Schema::parse(text).expect("a schema")
}

fn json(text: &str) -> Json {
    Json::parse(text).expect("JSON")
}

fn messages(read: Result<Value, Vec<JsonError>>) -> Vec<String> {
    read.expect_err("errors").iter().map(ToString::to_string).collect()
}

/// Returns a type of the base type `base` with this logical type.
fn logical(base: &str, logical: &str) -> String {
    format!(r#"{{"type":"{base}","logicalType":"{logical}"}}"#)
}

fn decimal(precision: u32, scale: u32) -> String {
    format!(r#"{{"type":"bytes","logicalType":"decimal","precision":{precision},"scale":{scale}}}"#)
}

/// Returns a fixed `F` of `size` bytes with these attributes.
fn fixed(size: usize, attributes: &str) -> String {
    format!(r#"{{"type":"fixed","name":"F","size":{size},{attributes}}}"#)
}

const MONEY: &str = r#""logicalType":"decimal","precision":4,"scale":2"#;

/// Each value in Avro's JSON and in plain JSON.
#[test]
fn values_have_their_usual_texts() {
    let cases = [
        (logical("int", "date"), "20484", r#""2026-01-31""#),
        (logical("int", "date"), "-1", r#""1969-12-31""#),
        (logical("int", "date"), "-719528", r#""0000-01-01""#),
        (logical("int", "date"), "-719529", "-719529"),
        (logical("int", "date"), "2932896", r#""9999-12-31""#),
        (logical("int", "date"), "2932897", "2932897"),
        (logical("int", "time-millis"), "45000123", r#""12:30:00.123""#),
        (logical("int", "time-millis"), "86399999", r#""23:59:59.999""#),
        (logical("int", "time-millis"), "86400000", "86400000"),
        (logical("int", "time-millis"), "-1", "-1"),
        (logical("long", "time-micros"), "1", r#""00:00:00.000001""#),
        (logical("long", "timestamp-millis"), "1769862600500", r#""2026-01-31T12:30:00.5Z""#),
        (logical("long", "timestamp-millis"), "0", r#""1970-01-01T00:00:00Z""#),
        (logical("long", "timestamp-millis"), "-1", r#""1969-12-31T23:59:59.999Z""#),
        (logical("long", "timestamp-millis"), "253402300799999", r#""9999-12-31T23:59:59.999Z""#),
        (logical("long", "timestamp-millis"), "253402300800000", "253402300800000"),
        (logical("long", "timestamp-micros"), "9223372036854775807", "9223372036854775807"),
        (logical("long", "timestamp-nanos"), "9223372036854775807", r#""2262-04-11T23:47:16.854775807Z""#),
        (logical("long", "timestamp-nanos"), "-9223372036854775808", r#""1677-09-21T00:12:43.145224192Z""#),
        (logical("long", "local-timestamp-millis"), "1769862600000", r#""2026-01-31T12:30:00""#),
        (logical("long", "local-timestamp-micros"), "1", r#""1970-01-01T00:00:00.000001""#),
        (logical("long", "local-timestamp-nanos"), "10", r#""1970-01-01T00:00:00.00000001""#),
        (decimal(12, 2), r#""\u0004\u00d2""#, r#""12.34""#),
        (decimal(12, 2), r#""\u00ff""#, r#""-0.01""#),
        (decimal(12, 2), r#""\u0000""#, r#""0.00""#),
        (decimal(12, 2), r#""\u0000\u0001""#, r#"{"bytes":"\u0000\u0001"}"#),
        (decimal(12, 2), r#""""#, r#"{"bytes":""}"#),
        (decimal(12, 0), r#""\u0000\u0080""#, r#""128""#),
        (decimal(2, 0), r#""d""#, r#"{"bytes":"d"}"#),
        (decimal(2, 2), r#""c""#, r#""0.99""#),
        (
            decimal(60, 10),
            r#""\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000""#,
            r#""34028236692093846346337460743.1768211456""#,
        ),
        (logical("bytes", "big-decimal"), r#""\u0004\u0004\u00d2\u0004""#, r#""12.34""#),
        (logical("bytes", "big-decimal"), r#""\u0002\u0000\u0006""#, r#""0.000""#),
        (logical("bytes", "big-decimal"), r#""\u0002\u0001\u0001""#, r#"{"bytes":"\u0002\u0001\u0001"}"#),
        (logical("bytes", "big-decimal"), r#""x""#, r#"{"bytes":"x"}"#),
        (
            logical("string", "uuid"),
            r#""0190f3f2-5d5a-7b1c-8f5e-2a8f5a4d1c00""#,
            r#""0190f3f2-5d5a-7b1c-8f5e-2a8f5a4d1c00""#,
        ),
        (logical("string", "uuid"), r#""x""#, r#"{"string":"x"}"#),
        (
            fixed(16, r#""logicalType":"uuid""#),
            r#""0123456789abcdef""#,
            r#""30313233-3435-3637-3839-616263646566""#,
        ),
        (fixed(3, MONEY), r#""\u0000\u0004\u00d2""#, r#""12.34""#),
        (fixed(3, MONEY), r#""\u00ff\u00fb\u002e""#, r#""-12.34""#),
        (fixed(3, MONEY), r#""\u0001\u0000\u0000""#, r#"{"bytes":"\u0001\u0000\u0000"}"#),
        (
            fixed(12, r#""logicalType":"duration""#),
            r#""\u0001\u0000\u0000\u0000\u0002\u0000\u0000\u0000\u00bc\u000b\u0000\u0000""#,
            r#""P1M2DT3.004S""#,
        ),
        (
            fixed(12, r#""logicalType":"duration""#),
            r#""\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000""#,
            r#""PT0S""#,
        ),
    ];
    for (ty, avro, plain) in cases {
        let schema = schema(&ty);
        let value = avro_json::read(&schema, &json(avro)).expect(avro);
        assert_eq!(plain::write(&schema, &value).expect(avro).to_text(), json(plain).to_text(), "{ty}");
        assert_eq!(plain::read(&schema, &json(plain)), Ok(value.clone()), "{ty} {plain}");
        assert_eq!(avro_json::write(&schema, &value).expect(avro), json(avro), "{ty}");
    }
}

/// Other forms of a value that are read.
#[test]
fn texts_may_have_other_forms() {
    let cases = [
        (
            logical("long", "timestamp-millis"),
            r#""2026-01-31T14:30:00.500000+02:00""#,
            r#""2026-01-31T12:30:00.5Z""#,
        ),
        (logical("long", "timestamp-millis"), r#""2026-01-31t12:30:00z""#, r#""2026-01-31T12:30:00Z""#),
        (logical("long", "timestamp-millis"), r#""2026-01-31 00:30:00-23:59""#, r#""2026-02-01T00:29:00Z""#),
        (logical("long", "timestamp-millis"), "1769862600500", r#""2026-01-31T12:30:00.5Z""#),
        (logical("int", "date"), "0", r#""1970-01-01""#),
        (logical("int", "date"), r#""2024-02-29""#, r#""2024-02-29""#),
        (logical("int", "time-millis"), "0", r#""00:00:00""#),
        (decimal(12, 2), r#""12.3""#, r#""12.30""#),
        (decimal(12, 2), r#""-007""#, r#""-7.00""#),
        (decimal(12, 2), r#""-0""#, r#""0.00""#),
        (decimal(12, 2), r#"{"bytes":"\u0001"}"#, r#""0.01""#),
        (fixed(3, MONEY), r#""1""#, r#""1.00""#),
        (
            fixed(16, r#""logicalType":"uuid""#),
            r#""0190F3F2-5D5A-7B1C-8F5E-2A8F5A4D1C00""#,
            r#""0190f3f2-5d5a-7b1c-8f5e-2a8f5a4d1c00""#,
        ),
        (fixed(12, r#""logicalType":"duration""#), r#""P1Y2M3W4DT1H1M0.5S""#, r#""P14M25DT3660.5S""#),
        (fixed(12, r#""logicalType":"duration""#), r#""P4294967295M""#, r#""P4294967295M""#),
    ];
    for (ty, text, plain) in cases {
        let schema = schema(&ty);
        let value = plain::read(&schema, &json(text)).expect(text);
        assert_eq!(plain::write(&schema, &value).expect(text).to_text(), plain, "{ty}");
    }
}

#[test]
fn what_is_no_value_is_described_by_the_expected_text() {
    let date = "expected a date, such as \"2026-01-31\"";
    let time = "expected a time of day before midnight, such as \"12:30:00.123\"";
    let instant = "expected a date and time with an offset from UTC, such as \"2026-01-31T12:30:00.123Z\"";
    let local = "expected a date and time without an offset, such as \"2026-01-31T12:30:00.123456\"";
    let money =
        "expected a decimal in quotes with at most 10 digits before and 2 after the point, such as \"12.34\"";
    let whole = "expected a whole number in quotes with at most 1 digit, such as \"1\"";
    let below_one =
        "expected a decimal in quotes with no digits before and 2 after the point, such as \"0.34\"";
    let big = "expected a decimal in quotes, such as \"12.34\"";
    let uuid = "expected a UUID: 8-4-4-4-12 hexadecimal digits";
    let duration = "expected a duration, such as \"P1M2DT3.004S\"";
    let (id, span) = (fixed(16, r#""logicalType":"uuid""#), fixed(12, r#""logicalType":"duration""#));
    let cases: [(String, &str, &[&str]); 12] = [
        (
            logical("int", "date"),
            date,
            &[r#""2026-02-29""#, r#""2026-1-31""#, r#""31.01.2026""#, "1e3", "true", "3000000000"],
        ),
        (
            logical("int", "time-millis"),
            time,
            &[r#""24:00:00""#, r#""12:30:00.1234""#, r#""12:30""#, r#""12:30:60""#],
        ),
        (
            logical("long", "timestamp-millis"),
            instant,
            &[
                r#""2026-01-31T12:30:00""#,
                r#""2026-01-31""#,
                r#""10000-01-01T00:00:00Z""#,
                r#""2026-01-31T12:30:00+0100""#,
                r#""""#,
            ],
        ),
        (
            logical("long", "local-timestamp-micros"),
            local,
            &[r#""2026-01-31T12:30:00Z""#, r#""2026-01-31T12:30:00.1234567""#, r#""2026-01-31T12:30:00.""#],
        ),
        (
            decimal(12, 2),
            money,
            &[
                r#""12.345""#,
                r#""12.340""#,
                r#""12345678901""#,
                r#""1e2""#,
                r#""+1""#,
                r#""1.""#,
                r#"".5""#,
                r#""\u0001""#,
                r#""""#,
            ],
        ),
        (decimal(1, 0), whole, &[r#""10""#, r#""1.0""#]),
        (decimal(2, 2), below_one, &[r#""1""#]),
        (logical("bytes", "big-decimal"), big, &[r#""1e2""#, r#""x""#]),
        (logical("string", "uuid"), uuid, &[r#""0190f3f25d5a7b1c8f5e2a8f5a4d1c00""#, r#""x""#]),
        (id, uuid, &[r#""0123456789abcdef""#]),
        (
            span,
            duration,
            &[
                r#""P""#,
                r#""PT""#,
                r#""P1""#,
                r#""P1D2M""#,
                r#""P1.5D""#,
                r#""-P1D""#,
                r#""PT0.0001S""#,
                r#""P4294967296M""#,
                r#""P1MT""#,
            ],
        ),
        (
            fixed(3, MONEY),
            "expected a decimal in quotes with at most 2 digits before and 2 after the point, such as \"12.34\"",
            &[r#""100.00""#],
        ),
    ];
    for (ty, expected, texts) in cases {
        let schema = schema(&ty);
        for text in texts {
            let found = json(text).kind();
            assert_eq!(
                messages(plain::read(&schema, &json(text))),
                [format!("{expected}, found {found}")],
                "{text}"
            );
        }
    }
}

/// A number is not exact, so it is refused with advice, also in a union.
#[test]
fn a_decimal_is_written_in_quotes() {
    let advice = "expected a decimal in quotes with at most 10 digits before and 2 after the point, such as \
                  \"12.34\", found a number: write it in quotes";
    let big = "expected a decimal in quotes, such as \"12.34\", found a number: write it in quotes";
    let cases = [
        (decimal(12, 2), advice),
        (format!(r#"["null",{}]"#, decimal(12, 2)), advice),
        (logical("bytes", "big-decimal"), big),
        (format!("[{},{}]", decimal(12, 2), logical("string", "uuid")), advice),
    ];
    for (ty, advice) in cases {
        for text in ["12.34", "12", "1e3"] {
            assert_eq!(messages(plain::read(&schema(&ty), &json(text))), [advice], "{ty} {text}");
        }
    }
}

/// Values in unions, in Avro's JSON and in plain JSON.
#[test]
fn texts_select_the_branch_that_they_were_written_from() {
    let (date, time, amount) = (logical("int", "date"), logical("long", "timestamp-millis"), decimal(4, 2));
    let cases = [
        (format!(r#"["null",{amount}]"#), r#"{"bytes":"\u0004\u00d2"}"#, r#""12.34""#),
        (
            format!(r#"["null",{amount}]"#),
            r#"{"bytes":"\u0000\u0001"}"#,
            r#"{"bytes":{"bytes":"\u0000\u0001"}}"#,
        ),
        (format!(r#"["string",{amount}]"#), r#"{"bytes":"\u0004\u00d2"}"#, r#"{"bytes":"12.34"}"#),
        (format!(r#"[{amount},"string"]"#), r#"{"string":"12.34"}"#, r#"{"string":"12.34"}"#),
        (format!(r#"[{amount},"string"]"#), r#"{"string":"x"}"#, r#""x""#),
        (format!(r#"[{amount},"double"]"#), r#"{"double":12.34}"#, "12.34"),
        (format!("[{date},{time}]"), r#"{"long":0}"#, r#""1970-01-01T00:00:00Z""#),
        (format!(r#"[{date},"string"]"#), r#"{"string":"2026-02-30"}"#, r#"{"string":"2026-02-30"}"#),
        (format!(r#"[{date},"long"]"#), r#"{"long":7}"#, r#"{"long":7}"#),
        (format!(r#"["long",{date}]"#), r#"{"int":0}"#, r#""1970-01-01""#),
        (format!(r#"["long",{date}]"#), r#"{"int":2932897}"#, r#"{"int":2932897}"#),
        (
            format!(r#"["null",{}]"#, fixed(3, MONEY)),
            r#"{"F":"\u0001\u0000\u0000"}"#,
            r#"{"bytes":"\u0001\u0000\u0000"}"#,
        ),
        (
            format!(r#"["bytes",{}]"#, fixed(3, MONEY)),
            r#"{"F":"\u0001\u0000\u0000"}"#,
            r#"{"F":{"bytes":"\u0001\u0000\u0000"}}"#,
        ),
        (
            format!(r#"[{},{{"type":"map","values":"string"}}]"#, fixed(3, MONEY)),
            r#"{"map":{"bytes":"abc"}}"#,
            r#"{"map":{"bytes":"abc"}}"#,
        ),
    ];
    for (ty, avro, plain) in cases {
        let schema = schema(&ty);
        let value = avro_json::read(&schema, &json(avro)).expect(avro);
        assert_eq!(plain::write(&schema, &value).expect(avro).to_text(), json(plain).to_text(), "{ty}");
        assert_eq!(
            encode(&schema, &plain::read(&schema, &json(plain)).expect(plain)),
            encode(&schema, &value),
            "{ty}"
        );
    }
}

/// A text that is not valid is an error. It does not become a value of another branch, or bytes.
#[test]
fn texts_that_are_not_valid_do_not_select_another_branch() {
    let cases = [
        (format!(r#"[{},"bytes"]"#, logical("string", "uuid")), r#""abc""#),
        (format!(r#"[{},"string"]"#, logical("int", "date")), r#""2026-02-30""#),
        (format!(r#"["null",{},"string"]"#, decimal(12, 2)), r#""12.345""#),
        (format!(r#"["null",{},"string"]"#, decimal(12, 2)), r#""1,234.50""#),
        (format!(r#"["null",{}]"#, decimal(12, 2)), r#"{"bytes":"12.345"}"#),
        (format!(r#"["null",{}]"#, decimal(12, 2)), r#"{"bytes":"\u0001"}"#),
        (format!(r#"["null",{}]"#, decimal(12, 2)), r#""\u0001""#),
        (format!(r#"["null",{},"string"]"#, logical("int", "time-millis")), r#""24:00:00""#),
        (format!(r#"["null",{},"string"]"#, fixed(12, r#""logicalType":"duration""#)), r#""P1.5D""#),
        (
            format!(r#"["null",{},"string"]"#, fixed(16, r#""logicalType":"uuid""#)),
            r#""0190f3f2-5d5a-7b1c-8f5e-2a8f5a4d1c0""#,
        ),
    ];
    for (ty, text) in cases {
        assert_eq!(messages(plain::read(&schema(&ty), &json(text))).len(), 1, "{ty}");
    }
}

/// A schema can claim a scale of billions, and a value can have millions of bytes. They are written raw.
#[test]
fn the_length_of_a_text_is_limited() {
    let huge = schema(&decimal(4_294_967_295, 4_294_967_295));
    let long = schema(&decimal(4_294_967_295, 0));
    let scaled = schema(&logical("bytes", "big-decimal"));
    let cases =
        [(&huge, vec![1]), (&long, vec![1; 1 << 20]), (&scaled, vec![2, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f])];
    for (schema, bytes) in cases {
        let value = Value::Bytes(bytes);
        let raw = plain::write(schema, &value).expect("bytes");
        assert!(matches!(raw, Json::Object(_)));
        assert_eq!(plain::read(schema, &raw), Ok(value));
    }
    assert!(plain::read(&huge, &json("\"0\"")).is_err());
    let text = "9".repeat(1000);
    let value = plain::read(&long, &Json::String(text.clone())).expect("a number of 1000 digits");
    assert_eq!(plain::write(&long, &value), Ok(Json::String(text.clone())));
    assert!(plain::read(&long, &Json::String(text + "9")).is_err());
}

/// The default of a missing field is in Avro's form.
#[test]
fn defaults_of_a_schema_have_the_form_of_avro() {
    let fields = [
        (logical("int", "date"), "20484"),
        (decimal(12, 2), r#""\u0004\u00d2""#),
        (fixed(3, MONEY), r#""\u0000\u0000\u0001""#),
    ];
    let fields = fields
        .iter()
        .enumerate()
        .map(|(index, (ty, default))| format!(r#"{{"name":"f{index}","type":{ty},"default":{default}}}"#));
    let schema = schema(&format!(
        r#"{{"type":"record","name":"R","fields":[{}]}}"#,
        fields.collect::<Vec<_>>().join(",")
    ));
    let value = plain::read(&schema, &json("{}")).expect("a record");
    assert_eq!(
        plain::write(&schema, &value).expect("its value").to_text(),
        r#"{"f0":"2026-01-31","f1":"12.34","f2":"0.01"}"#
    );
}
