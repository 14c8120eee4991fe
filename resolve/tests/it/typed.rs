//! Plans for code that knows the meaning of values.

use signalbook_model::Schema;
use signalbook_resolve::plan_cursor::PlanCursor;
use signalbook_resolve::{Plan, PlanError, ResolveProblem};

/// The writer's type, the reader's type, a datum of the writer and its conversion, or `None` if it is too
/// large.
type Conversion = (&'static str, &'static str, &'static [u8], Option<&'static [u8]>);

const CONVERSIONS: [Conversion; 15] = [
    ("long timestamp-millis", "long timestamp-micros", &[2], Some(&[0xd0, 0x0f])),
    (
        "long timestamp-millis",
        "long timestamp-nanos",
        &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        None,
    ),
    ("int date", "long timestamp-millis", &[1], Some(&[0xff, 0xef, 0xb2, 0x52])),
    ("int date", "long local-timestamp-millis", &[0], Some(&[0])),
    ("int time-millis", "long time-micros", &[2], Some(&[0xd0, 0x0f])),
    ("long", "long timestamp-micros", &[2], Some(&[2])),
    // For a reader without a unit, the number does not change.
    ("long timestamp-micros", "long", &[2], Some(&[2])),
    ("bytes decimal 4 1", "bytes", &[2, 0x0d], Some(&[2, 0x0d])),
    ("string uuid", "string", &[2, b'x'], Some(&[2, b'x'])),
    ("bytes decimal 4 1", "bytes decimal 6 2", &[2, 0x0d], Some(&[4, 0, 0x82])),
    ("bytes decimal 4 1", "bytes decimal 6 2", &[4, 0xff, 0xf6], Some(&[2, 0x9c])),
    ("bytes decimal 4 1", "bytes decimal 6 2", &[0], Some(&[2, 0])),
    ("bytes decimal 4 1", "bytes decimal 4 2", &[4, 0x03, 0xe8], None),
    ("bytes decimal 4 1", "bytes decimal 3 1", &[4, 0x03, 0xe7], Some(&[4, 0x03, 0xe7])),
    ("bytes decimal 4 1", "bytes decimal 3 1", &[4, 0x03, 0xe8], None),
];

/// Pairs of a writer's and a reader's type without an exact conversion.
const REFUSED: [(&str, &str); 8] = [
    ("long timestamp-micros", "long timestamp-millis"),
    ("long timestamp-millis", "long local-timestamp-millis"),
    ("int date", "int time-millis"),
    ("int time-millis", "long timestamp-millis"),
    ("bytes decimal 4 2", "bytes decimal 4 1"),
    ("string", "bytes decimal 4 2"),
    ("bytes decimal 4 2", "string"),
    ("bytes decimal 4 2", "bytes big-decimal"),
];

/// Parses a type of the lists above: the base, the logical type, precision and scale.
fn schema(words: &str) -> Schema {
    let words: Vec<_> = words.split(' ').collect();
    let logical = match words[1..] {
        [] => String::new(),
        [logical] => format!(r#", "logicalType": "{logical}""#),
        [logical, precision, scale, ..] => {
            format!(r#", "logicalType": "{logical}", "precision": {precision}, "scale": {scale}"#)
        }
        _ => panic!("{words:?}"),
    };
    parse(&format!(r#"{{"type": "{}"{logical}}}"#, words[0]))
}

fn parse(text: &str) -> Schema {
    Schema::parse(text).expect(text)
}

#[test]
fn exact_conversions_are_made() {
    for (writer, reader, datum, expected) in CONVERSIONS {
        let plan = Plan::typed(&schema(writer), &schema(reader)).expect(writer);
        let mut out = vec![7];
        let done = plan.transcode(datum, &mut out).map(|()| &out[1..]);
        match (expected, done) {
            (Some(expected), Ok(found)) => assert_eq!(found, expected, "{writer} as {reader}"),
            (None, Err(error)) => {
                assert!(matches!(error.problem, ResolveProblem::OutOfRange { .. }), "{error}");
            }
            (expected, found) => panic!("{writer} as {reader}: {found:?} instead of {expected:?}"),
        }
        let raw = Plan::new(&schema(writer), &schema(reader)).expect(writer);
        assert!(raw.is_identity(), "{writer} as {reader}");
    }
}

#[test]
fn a_change_of_meaning_is_an_error() {
    for (writer, reader) in REFUSED {
        let field = |ty: &str| {
            let ty = schema(ty).to_json();
            parse(&format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": {ty}}}]}}"#))
        };
        let (writer, reader) = (field(writer), field(reader));
        match Plan::typed(&writer, &reader) {
            Err(PlanError::Meaning { field: Some((record, field)), .. }) => {
                assert_eq!((record.as_str(), field.as_str()), ("R", "a"));
            }
            other => panic!("{other:?}"),
        }
        Plan::new(&writer, &reader).expect("raw values have no meaning");
    }
    let [(writer, reader), ..] = REFUSED;
    let error = Plan::typed(&schema(writer), &schema(reader)).expect_err("a coarser unit");
    assert_eq!(
        error.to_string(),
        "`timestamp-micros` cannot be read as `timestamp-millis` without a change of meaning"
    );
}

#[test]
fn a_fixed_decimal_keeps_its_size() {
    let of = |scale: u32| {
        parse(&format!(
            r#"{{"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 4, "scale": {scale}}}"#
        ))
    };
    let plan = Plan::typed(&of(0), &of(2)).expect("a larger scale");
    let mut out = Vec::new();
    plan.transcode(&[0xff, 0xff], &mut out).expect("-1");
    assert_eq!(out, [0xff, 0x9c]);
    assert!(plan.transcode(&[0x03, 0xe8], &mut out).is_err(), "1000.00 has six digits");
    assert!(Plan::typed(&of(2), &of(0)).is_err());
}

#[test]
fn a_branch_does_not_match_a_record_with_another_name() {
    let union = |names: &[&str]| {
        let records = names.iter().map(|name| {
            format!(r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "a", "type": "int"}}]}}"#)
        });
        parse(&format!("[{}]", records.collect::<Vec<_>>().join(", ")))
    };
    let (writer, reader) = (union(&["Created", "Deleted"]), union(&["Created"]));
    for plan in [Plan::new(&writer, &reader), Plan::typed(&writer, &reader)] {
        let plan = plan.expect("one of the branches can be read");
        let mut out = Vec::new();
        plan.transcode(&[0, 2], &mut out).expect("created");
        assert_eq!(out, [0, 2]);
        let error = plan.transcode(&[2, 2], &mut out).expect_err("deleted");
        assert_eq!(
            error.to_string(),
            "written as the record `Deleted`, which no branch of the reader's union reads (byte 1)"
        );
    }
}

/// Without a plan, a decoder would accept the index of such a symbol or branch.
#[test]
fn additional_symbols_and_branches_of_the_reader_are_not_an_identity() {
    let of = |symbol: &str, branch: &str| {
        parse(&format!(
            r#"{{"type": "record", "name": "R", "fields": [
                {{"name": "a", "type": {{"type": "enum", "name": "E", "symbols": ["A", "B"{symbol}]}}}},
                {{"name": "b", "type": ["null", "int"{branch}]}}]}}"#
        ))
    };
    let reader = of(r#", "C""#, r#", "string""#);
    assert!(Plan::typed(&reader, &reader).expect("a plan").is_identity());
    for (writer, datum) in [(of("", r#", "string""#), [4, 0, 0]), (of(r#", "C""#, ""), [0, 4, 0])] {
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        assert!(plan.transcode(&datum[..], &mut Vec::new()).is_err());
        assert!(!plan.is_identity());
    }
}

/// Data of the same schema do not change. Aliases, defaults and documentation do not matter.
#[test]
fn the_same_schema_is_an_identity() {
    let of = |doc: &str| {
        parse(&format!(
            r#"{{"type": "record", "name": "R", "doc": "{doc}", "fields": [
                {{"name": "b", "aliases": ["a"], "type": "int", "doc": "{doc}"}},
                {{"name": "a", "type": "int", "default": 1}},
                {{"name": "c", "type": [
                    {{"type": "record", "name": "n.S", "doc": "{doc}", "aliases": ["m.S"], "fields": []}},
                    {{"type": "record", "name": "m.S", "fields": []}}]}}]}}"#
        ))
    };
    let datum = [2, 4, 2];
    for (writer, reader) in [(of("old"), of("old")), (of("old"), of("new"))] {
        for plan in [Plan::new(&writer, &reader), Plan::typed(&writer, &reader)] {
            let plan = plan.expect("a plan");
            assert!(plan.is_identity() && plan.in_place().is_some_and(PlanCursor::is_same));
            let mut out = Vec::new();
            plan.transcode(&datum, &mut out).expect("a datum");
            assert_eq!(out, datum);
        }
    }
}

#[test]
fn unknown_symbols_have_indices_after_the_known_ones() {
    let of = |symbols: &str, default: &str| {
        parse(&format!(r#"{{"type": "enum", "name": "E", "symbols": [{symbols}]{default}}}"#))
    };
    let writer = of(r#""A", "B", "C", "D""#, "");
    let plan = Plan::typed(&writer, &of(r#""B""#, "")).expect("a plan");
    assert_eq!(plan.unknown_symbols(), ["A", "C", "D"].map(Box::from));
    let mut out = Vec::new();
    for index in 0..4 {
        plan.transcode(&[2 * index], &mut out).expect("a symbol");
    }
    assert_eq!(out, [2, 0, 4, 6]);
    assert!(plan.transcode(&[8], &mut out).is_err());

    // The indices do not change, but the decoder needs the texts.
    assert!(!Plan::typed(&writer, &of(r#""A", "B""#, "")).expect("a plan").is_identity());

    let plan = Plan::typed(&writer, &of(r#""A", "B""#, r#", "default": "B""#)).expect("a plan");
    assert_eq!(
        plan.unknown_symbols(),
        ["C", "D"].map(Box::from),
        "the decoder decides whether it uses the default"
    );
    out.clear();
    plan.transcode(&[6], &mut out).expect("a symbol");
    assert_eq!(out, [6]);
    assert!(plan.transcode(&[10], &mut out).is_err());
}
