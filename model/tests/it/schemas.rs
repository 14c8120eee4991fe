use proptest::prelude::*;
use signalbook_model::{Definition, Json, Name, Schema, Type};
use signalbook_sample::Choices;

/// Legal schemas; see [`signalbook_sample::schema`].
fn schemas() -> impl Strategy<Value = Schema> {
    prop::collection::vec(any::<u8>(), 0..300)
        .prop_map(|bytes| signalbook_sample::schema(&mut Choices::new(&bytes)))
}

proptest! {
    #[test]
    fn a_schema_survives_a_round_trip(schema in schemas()) {
        prop_assert_eq!(&Schema::parse(&schema.to_json()).expect("legal"), &schema);
        prop_assert_eq!(&Schema::parse(&schema.to_json_pretty()).expect("legal"), &schema);
    }

    #[test]
    fn the_canonical_form_is_idempotent(schema in schemas()) {
        prop_assume!(!mixes_bare_names(&schema));
        let canonical = schema.to_canonical_form();
        let again = Schema::parse(&canonical).expect("a canonical form is a schema");
        prop_assert_eq!(again.to_canonical_form(), canonical);
    }

    #[test]
    fn apache_reads_the_same_schema(schema in schemas()) {
        prop_assume!(!mixes_bare_names(&schema));
        let text = without_defaults(schema.clone()).to_json();
        prop_assume!(!text.contains(r#""type":"error""#)); // Apache's library does not support it
        let theirs = apache_avro::Schema::parse_str(&text).expect("legal for Apache too");
        let (ours, form) = (schema.to_canonical_form(), theirs.canonical_form());
        // The canonical form of Apache's library keeps `order`, and the braces around a removed logical type.
        let reread = |form: &str| Schema::parse(form).map(|schema| schema.to_canonical_form());
        prop_assert_eq!(reread(&form).ok(), reread(&ours).ok());
        if form == ours {
            let rabin = theirs.fingerprint::<apache_avro::rabin::Rabin>();
            prop_assert_eq!(&rabin.bytes[..], schema.fingerprint().to_le_bytes());
            prop_assert_eq!(&theirs.fingerprint::<md5::Md5>().bytes[..], schema.md5());
            prop_assert_eq!(&theirs.fingerprint::<sha2::Sha256>().bytes[..], schema.sha256());
        }
    }

    #[test]
    fn any_text_is_read_or_rejected(text in "[\\[\\]{}\",:a-z0-9. ]{0,60}|\\PC{0,40}") {
        let _ = Schema::parse_lenient(&text);
    }
}

#[test]
fn digests_are_those_of_the_canonical_form() {
    let schema = Schema::parse(r#"{"type": "int", "x": 1}"#).expect("legal");
    // printf '"int"' | md5sum, sha256sum; also in Apache Avro's own tests of fingerprints
    assert_eq!(u128::from_be_bytes(schema.md5()), 0xef52_4ea1_b91e_7317_3d93_8ade_36c1_db32);
    assert_eq!(schema.sha256()[..8], [0x3f, 0x2b, 0x87, 0xa9, 0xfe, 0x7c, 0xc9, 0xb1]);
}

#[test]
fn attributes_keep_order_and_numbers() {
    let text = r#"{"type":"string","n":18446744073709551615,"f":1.0,"o":{"z":1,"a":-0.0},"java":"é\u0000"}"#;
    let schema = Schema::parse(text).expect("legal");
    let Type::Annotated(annotated) = &schema.root else { panic!("{schema:?}") };
    assert_eq!(annotated.ty, Type::STRING);
    assert_eq!(annotated.attributes["n"], Json::Integer(u64::MAX.into()));
    assert_eq!(annotated.attributes["f"], Json::Float(1.0));
    let members = vec![("z".into(), Json::Integer(1)), ("a".into(), Json::Float(-0.0))];
    assert_eq!(annotated.attributes["o"], Json::Object(members));
    assert_eq!(Schema::parse(&schema.to_json()).expect("legal"), schema);
}

#[test]
fn a_logical_type_that_does_not_fit_is_kept_as_an_attribute() {
    let cases = [
        r#"{"type":"int","logicalType":"timestamp-millis"}"#,
        r#"{"type":"string","logicalType":"of-the-future"}"#,
        r#"{"type":"bytes","logicalType":"decimal"}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":0}"#,
        r#"{"type":"string","logicalType":7}"#,
    ];
    for text in cases {
        let schema = Schema::parse(text).expect("legal");
        let Type::Annotated(annotated) = &schema.root else { panic!("{text}: {schema:?}") };
        assert!(annotated.attributes.contains_key("logicalType"), "{text}");
        assert_eq!(Schema::parse(&schema.to_json()).expect("legal"), schema);
    }
    let fixed = r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":10}"#;
    let schema = Schema::parse(fixed).expect("legal");
    let Some(Definition::Fixed(definition)) = schema.definitions.values().next() else { panic!() };
    assert_eq!(definition.logical, None, "4 bytes hold 9 digits");
    assert!(definition.attributes.contains_key("precision"));
}

/// The name of a custom attribute can be a name that the specification uses elsewhere.
#[test]
fn attributes_that_clash_are_written_around_the_type() {
    let cases = [
        r#"{"type":{"type":"array","items":"int"},"items":"string"}"#,
        r#"{"type":{"type":"int","logicalType":"date"},"logicalType":"x"}"#,
        r#"{"type":{"type":"int","a":1},"logicalType":"date"}"#,
        r#"{"type":{"type":"bytes","logicalType":"decimal","precision":4},"scale":2}"#,
        r#"{"type":["null",{"type":"record","name":"R","fields":[]}],"name":"N"}"#,
        r#"{"type":{"type":"fixed","name":"F","size":12},"logicalType":"duration"}"#,
    ];
    for text in cases {
        let schema = Schema::parse(text).expect("legal");
        assert_eq!(Schema::parse(&schema.to_json()).expect("legal"), schema, "{text}");
    }
}

#[test]
fn namespaces_are_inherited_and_overridden() {
    let text = r#"{"type":"record","name":"a.b.Outer","namespace":"ignored","fields":[
        {"name":"inner","type":{"type":"record","name":"Inner","fields":[
            {"name":"other","type":{"type":"enum","name":"E","namespace":"c","symbols":["A"]}},
            {"name":"none","type":{"type":"fixed","name":"N","namespace":"","size":1}},
            {"name":"again","type":["null","c.E","N","Outer"]}]}}]}"#;
    let schema = Schema::parse(text).expect("legal");
    let names: Vec<_> = schema.definitions.keys().map(Name::as_str).collect();
    assert_eq!(names, ["N", "a.b.Inner", "a.b.Outer", "c.E"]);
    assert_eq!(
        schema.to_json(),
        r#"{"type":"record","name":"Outer","namespace":"a.b","fields":[{"name":"inner","type":{"type":"record","name":"Inner","fields":[{"name":"other","type":{"type":"enum","name":"E","namespace":"c","symbols":["A"]}},{"name":"none","type":{"type":"fixed","name":"N","namespace":"","size":1}},{"name":"again","type":["null","c.E","N","Outer"]}]}}]}"#
    );
}

#[test]
fn the_lenient_reader_accepts_what_is_sufficient_to_read_data() {
    let text = r#"{"type":"record","name":"CloudEvent","namespace":"redemption-reversed.v1","fields":[
        {"name":"a","type":"int","default":"x"},
        {"name":"b","type":["null","int"],"default":3}]}"#;
    let (schema, irregularities) = Schema::parse_lenient(text).expect("readable");
    let pointers: Vec<_> = irregularities.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["", "/fields/0/default", "/fields/1/default"]);
    assert_eq!(Schema::parse_lenient(&schema.to_json()).expect("readable").0, schema);
    assert!(Schema::parse(text).is_err());
}

/// Apache Avro for Java does the same.
#[test]
fn the_lenient_reader_ignores_wrong_text() {
    let text = r#"{"type":"record","name":"R","namespace":null,"doc":null,"fields":[
        {"name":"e","doc":5,"type":{"type":"enum","name":"E","symbols":["A"],"default":null}},
        {"name":"f","type":{"type":"fixed","name":"F","namespace":5,"doc":[],"size":1}}]}"#;
    let without = r#"{"type":"record","name":"R","fields":[
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},
        {"name":"f","type":{"type":"fixed","name":"F","size":1}}]}"#;
    let (schema, irregularities) = Schema::parse_lenient(text).expect("readable");
    assert_eq!(schema, Schema::parse(without).expect("legal"));
    let found: Vec<_> = irregularities.iter().map(ToString::to_string).collect();
    let expected = [
        "at `/namespace`: expected a string, found null",
        "at `/doc`: expected a string, found null",
        "at `/fields/0/doc`: expected a string, found an integer",
        "at `/fields/0/type/default`: expected a string, found null",
        "at `/fields/1/type/namespace`: expected a string, found an integer",
        "at `/fields/1/type/doc`: expected a string, found an array",
    ];
    assert_eq!(found, expected);
    assert!(Schema::parse_lenient(r#"{"type":"fixed","name":null,"size":1}"#).is_err(), "a name is required");
}

/// The stack of a test thread is sufficient to read, write and drop the deepest accepted schema.
#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| {
        let records = (0..depth)
            .map(|at| format!(r#"{{"type":"record","name":"R{at}","fields":[{{"name":"f","type":"#));
        records.collect::<String>() + "\"int\"" + &"}]}".repeat(depth)
    };
    let deepest = Schema::parse(&nested(127)).expect("127 records and an int");
    assert_eq!(Schema::parse(&deepest.to_json()).expect("legal"), deepest);
    assert!(deepest.to_canonical_form().len() > 127 * 30);
    let attribute = |depth| format!(r#"{{"type":"int","x":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(Schema::parse(&attribute(500)).is_ok());
    let refused =
        [nested(128), nested(100_000), "[".repeat(1_000_000), r#"{"type":"#.repeat(300_000), attribute(600)];
    for text in refused {
        assert!(Schema::parse(&text).is_err());
    }
}

/// Apache's library rejects legal defaults of logical types.
fn without_defaults(mut schema: Schema) -> Schema {
    for definition in schema.definitions.values_mut() {
        if let Definition::Record(record) = definition {
            record.fields.iter_mut().for_each(|field| field.default = None);
        }
    }
    schema
}

/// Returns true if the schema can have a name without a namespace inside a namespace. A canonical form cannot
/// represent this, and Apache's library does not resolve such a name.
fn mixes_bare_names(schema: &Schema) -> bool {
    let bare = schema.definitions.keys().filter(|name| name.namespace().is_empty()).count();
    bare > 0 && bare < schema.definitions.len()
}

/// What the parsers of the reference accept in a text or a file.
#[test]
fn files_are_read_leniently() {
    let plain = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string","default":"//"}]}"#;
    let expected = Schema::parse(plain).expect("a schema");
    for (before, inside, after, irregularities) in [
        ("", "", "", 0),
        ("\u{feff}", "", "", 1),
        ("// who\n", "", "", 1),
        ("", "/* \" ü */", "// at the end", 1),
        ("\u{feff}/**/", "// \"\n", "\r\n", 2),
    ] {
        let text = format!("{before}{}{after}", plain.replacen(',', &format!(",{inside}"), 1));
        let (schema, found) = Schema::parse_lenient(&text).expect(&text);
        assert_eq!((&schema, found.len()), (&expected, irregularities), "{text}: {found:?}");
        assert_eq!(Schema::parse(&text).is_ok(), irregularities == 0, "{text}");
        assert_eq!(Schema::without_comments(&text).len(), text.len());
    }
    for text in ["/* no end", "{\"type\": \"int\" / }", "\"int\" */"] {
        assert!(Schema::parse_lenient(text).is_err(), "{text}");
    }

    let twice = r#"{"type":"record","name":"R","fields":[{"name":"a","type":
        {"type":"record","name":"P","fields":[{"name":"x","type":"bytes","default":"ÿ"}]}},
        {"name":"b","type":OTHER}]}"#;
    let (once, found) = Schema::parse_lenient(&twice.replace("OTHER", "\"P\"")).expect("a schema");
    assert!(found.is_empty());
    let again = r#"{"type":"record","name":"P","fields":[{"name":"x","type":"bytes","default":"ÿ"}]}"#;
    let (schema, found) = Schema::parse_lenient(&twice.replace("OTHER", again)).expect("equal definitions");
    assert_eq!((schema, found.len()), (once, 1));
    let other = again.replace("bytes", "string");
    assert!(Schema::parse_lenient(&twice.replace("OTHER", &other)).is_err(), "the definitions differ");

    let early = r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","P"]},
        {"name":"b","type":{"type":"fixed","name":"P","size":1}}]}"#;
    let (schema, found) = Schema::parse_lenient(early).expect("defined later");
    assert_eq!((schema.definitions.len(), found.len()), (2, 1));
}

#[test]
fn schemas_refer_to_others() {
    let line = r#"{"type":"record","name":"Line","namespace":"a",
        "fields":[{"name":"of","type":["null","a.Order"]}]}"#;
    let order = r#"// comment
        {"type":"record","name":"Order","namespace":"a",
        "fields":[{"name":"lines","type":{"type":"array","items":"Line"}}]}"#;
    let unused = r#"{"type":"fixed","name":"Unused","size":1}"#;
    let event = r#"{"type":"record","name":"E","namespace":"a","fields":[{"name":"order","type":"Order"}]}"#;
    assert!(Schema::parse_lenient(event).is_err());
    for others in [[line, order, unused], [unused, order, line]] {
        let (schema, found) = Schema::parse_lenient_with(event, &others).expect("all types are known");
        assert_eq!((schema.definitions.len(), found.len()), (3, 0));
        assert!(Schema::parse_lenient_with(event, &others[..1]).is_err());
    }
    let names = Schema::names(order).expect("only a type is missing");
    assert!(names.defined.contains(&Name::new("a.Order")) && names.missing.contains(&Name::new("a.Line")));
    assert_eq!(Schema::root_name(order), Some(Name::new("a.Order")));
    assert_eq!(Schema::root_name(r#"{"type":"record","name":"b.E","fields":7}"#), Some(Name::new("b.E")));
    assert_eq!(Schema::root_name("\"int\""), None);
}
