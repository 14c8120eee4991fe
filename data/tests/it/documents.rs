use signalbook_data::{Value, avro_json, encode, plain};
use signalbook_model::{Json, Schema};

fn schema(text: &str) -> Schema {
    Schema::parse(text).expect("a schema")
}

fn json(text: &str) -> Json {
    Json::parse(text).expect("JSON")
}

fn messages(read: Result<Value, Vec<signalbook_data::JsonError>>) -> Vec<String> {
    read.expect_err("errors").iter().map(ToString::to_string).collect()
}

const ORDER: &str = r#"{"type":"record","name":"com.example.Order","fields":[
    {"name":"id","type":"string"},
    {"name":"email","type":["null","string"],"default":null},
    {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]},"default":"B"},
    {"name":"digest","type":{"type":"fixed","name":"Digest","size":2}},
    {"name":"labels","type":{"type":"map","values":"int"},"default":{}},
    {"name":"payment","type":[{"type":"record","name":"Card","fields":[{"name":"number","type":"string"}]},
                              {"type":"record","name":"Transfer","fields":[{"name":"iban","type":"string"},{"name":"amount","type":"double","default":1}]}]},
    {"name":"lines","type":{"type":"array","items":["null","long"]}}]}"#;

#[test]
fn plain_documents_may_omit_defaults_and_branch_names() {
    let schema = schema(ORDER);
    let brief = json(r#"{"lines":[1,null],"id":"7","digest":"\u00ff\u0000","payment":{"iban":"x"}}"#);
    let value = plain::read(&schema, &brief).expect("an order");
    assert_eq!(
        plain::write(&schema, &value).expect("its value").to_text(),
        r#"{"id":"7","email":null,"kind":"B","digest":"ÿ\u0000","labels":{},"payment":{"iban":"x","amount":1.0},"lines":[1,null]}"#
    );
    assert_eq!(
        avro_json::write(&schema, &value).expect("its value").to_text(),
        r#"{"id":"7","email":null,"kind":"B","digest":"ÿ\u0000","labels":{},"payment":{"com.example.Transfer":{"iban":"x","amount":1.0}},"lines":[{"long":1},null]}"#
    );
}

#[test]
fn every_error_of_a_document_is_reported_without_its_value() {
    let schema = schema(ORDER);
    let wrong = json(
        r#"{"id":17,"emial":"secret@example.org","kind":"SECRET","digest":"secret","labels":{"secret":"secret"},
            "payment":{"number":4711},"lines":[1,"secret",9223372036854775808,true]}"#,
    );
    let found = messages(plain::read(&schema, &wrong));
    assert_eq!(
        found,
        [
            "at `id`: expected a string, found an integer",
            "at `kind`: expected a symbol of `Kind`: A, B, found a string",
            "at `digest`: expected a string of 2 characters from U+0000 to U+00FF, one per byte, found \
             a string",
            "at `labels{0}`: expected an integer of 32 bits, found a string",
            "at `payment.number`: expected a string, found an integer",
            "at `lines[1]`: expected one of `null`, `long`, found a string",
            "at `lines[2]`: expected an integer of 64 bits, found an integer",
            "at `lines[3]`: expected one of `null`, `long`, found a boolean",
            "`Order` has no field `emial`; did you mean `email`?",
        ]
    );
    let found = messages(plain::read(&schema, &json("{}")));
    assert_eq!(found.len(), 4);
    assert_eq!(found[0], "the field `id` is missing: it needs a string");
    assert_eq!(
        messages(plain::read(&schema, &json("[]"))),
        ["expected an object with the fields of `Order`, found an array"]
    );
}

#[test]
fn avro_json_names_the_branch() {
    let schema = schema(r#"["null","int",{"type":"enum","name":"a.E","symbols":["X"]}]"#);
    let value = avro_json::read(&schema, &json(r#"{"a.E":"X"}"#)).expect("a branch");
    assert_eq!(encode(&schema, &value), Ok(vec![4, 0]));
    assert_eq!(avro_json::read(&schema, &Json::Null), Ok(Value::Union(0, Box::new(Value::Null))));
    for wrong in ["1", r#"{"E":"X"}"#, r#"{"int":1,"a.E":"X"}"#, r#"{"null":null}"#, "{}"] {
        let found = messages(avro_json::read(&schema, &json(wrong)));
        assert!(found[0].starts_with(r#"expected null or {"int": ...} or {"a.E": ...}, found"#), "{found:?}");
    }
    let missing = messages(avro_json::read(&self::schema(ORDER), &json("{}")));
    assert_eq!(missing.len(), 7, "no field may be left out: {missing:?}");
}

/// A value is bare if it is read as the same branch. Otherwise the branch is named.
#[test]
fn plain_json_names_a_branch_if_necessary() {
    let records = r#"[
        {"type":"record","name":"A","fields":[{"name":"id","type":"int"}]},
        {"type":"record","name":"B","fields":[{"name":"id","type":"int"},{"name":"note","type":"string","default":""}]},
        {"type":"record","name":"C","fields":[{"name":"id","type":"string"}]},
        {"type":"record","name":"D","fields":[{"name":"id","type":"long"}]},
        {"type":"record","name":"E","fields":[{"name":"C","type":["A","string"]}]},
        {"type":"map","values":"int"}]"#;
    let cases = [
        (r#"["null","string"]"#, r#""x""#, r#"{"string":"x"}"#),
        (r#"["string","bytes"]"#, r#"{"bytes":"x"}"#, r#"{"bytes":"x"}"#),
        (r#"["bytes","string"]"#, r#""€""#, r#"{"string":"€"}"#),
        (r#"["int","long"]"#, r#"{"long":7}"#, r#"{"long":7}"#),
        (r#"["int","long"]"#, "3000000000", r#"{"long":3000000000}"#),
        (r#"["float","double"]"#, "0.1", r#"{"float":0.1}"#),
        (r#"["float","double"]"#, r#"{"double":0.1}"#, r#"{"double":0.1}"#),
        (r#"["float","double"]"#, "0.30000000000000004", r#"{"double":0.30000000000000004}"#),
        (r#"["string","double"]"#, r#"{"double":"NaN"}"#, r#"{"double":"NaN"}"#),
        (r#"[{"type":"enum","name":"S","symbols":["X"]},"string"]"#, r#""Y""#, r#"{"string":"Y"}"#),
        (r#"[{"type":"map","values":"long"},"long"]"#, r#"{"map":{"long":7}}"#, r#"{"map":{"long":7}}"#),
        (r#"[{"type":"map","values":"long"},"long"]"#, "7", r#"{"long":7}"#),
        (records, r#"{"id":1,"note":""}"#, r#"{"B":{"id":1,"note":""}}"#),
        (records, r#"{"id":"1"}"#, r#"{"C":{"id":"1"}}"#),
        (records, r#"{"D":{"id":1}}"#, r#"{"D":{"id":1}}"#),
        (records, r#"{"E":{"C":{"id":1}}}"#, r#"{"E":{"C":{"A":{"id":1}}}}"#),
        (records, r#"{"map":{"id":1}}"#, r#"{"map":{"id":1}}"#),
        (records, r#"{"x":1}"#, r#"{"map":{"x":1}}"#),
    ];
    for (ty, written, named) in cases {
        let schema = schema(ty);
        let value = avro_json::read(&schema, &json(named)).expect(named);
        assert_eq!(plain::write(&schema, &value).expect(named).to_text(), written, "{ty}");
        for text in [written, named] {
            assert_eq!(
                encode(&schema, &plain::read(&schema, &json(text)).expect(text)),
                encode(&schema, &value),
                "{ty} {text}"
            );
        }
    }
}

/// A default in a schema is a value of the union's first branch, even if it looks like a named branch.
#[test]
fn defaults_do_not_name_a_branch() {
    let schema = schema(
        r#"{"type":"record","name":"R","fields":[{"name":"u","type":[{"type":"map","values":"long"},"long"],
            "default":{"long":7}}]}"#,
    );
    let value = plain::read(&schema, &json("{}")).expect("a record");
    assert_eq!(
        avro_json::write(&schema, &value).expect("its value").to_text(),
        r#"{"u":{"map":{"long":7}}}"#
    );
    for (union, default, expected) in [
        (r#"["float","double"]"#, "0.30000000000000004", r#"{"u":{"float":0.3}}"#),
        (
            r#"[{"type":"record","name":"A","fields":[{"name":"x","type":"int","default":1}]},{"type":"map","values":"int"}]"#,
            "{}",
            r#"{"u":{"A":{"x":1}}}"#,
        ),
    ] {
        let field = format!(r#"{{"name":"u","type":{union},"default":{default}}}"#);
        let schema = self::schema(&format!(r#"{{"type":"record","name":"R","fields":[{field}]}}"#));
        let value = plain::read(&schema, &json("{}")).expect("a record");
        assert_eq!(avro_json::write(&schema, &value).expect("its value").to_text(), expected);
    }
}

#[test]
fn errors_below_a_branch_name_are_reported() {
    let schema = schema(r#"["null","long"]"#);
    assert_eq!(
        messages(plain::read(&schema, &json(r#"{"long":"x"}"#))),
        ["expected an integer of 64 bits, found a string"]
    );
}

/// The records of an expression have one field in common, and cannot be distinguished by it alone.
const EXPRESSION: &str = r#"{"type":"record","name":"Holder","fields":[{"name":"e","type":[
    {"type":"record","name":"Not","fields":[{"name":"arg","type":{"type":"record","name":"Expression","fields":[
        {"name":"e","type":[
            {"type":"record","name":"Lit","fields":[{"name":"value","type":"int"}]},
            "Not",
            {"type":"record","name":"Abs","fields":[{"name":"arg","type":"Expression"},{"name":"line","type":"int"}]}
        ]}]}}, {"name":"column","type":"int"}]}]}]}"#;

#[test]
fn bare_values_are_read_once() {
    let schema = schema(EXPRESSION);
    for (branch, rest) in [("Not", "column"), ("Abs", "line")] {
        let mut named = r#"{"Lit":{"value":1}}"#.to_owned();
        for _ in 0..40 {
            named = format!(r#"{{"{branch}":{{"arg":{{"e":{named}}},"{rest}":2}}}}"#);
        }
        let named = format!(r#"{{"e":{{"Not":{{"arg":{{"e":{named}}},"column":3}}}}}}"#);
        let value = avro_json::read(&schema, &json(&named)).expect("an expression");
        let bare = plain::write(&schema, &value).expect("its value");
        assert!(!bare.to_text().contains(branch), "{}", bare.to_text());
        assert_eq!(plain::read(&schema, &bare), Ok(value));
    }
}

#[test]
fn errors_in_unions_have_their_path() {
    let schema = schema(EXPRESSION);
    let of = |text: &str| messages(plain::read(&schema, &json(text)));
    let wrong = "expected an integer of 32 bits, found a string";
    assert_eq!(
        of(r#"{"e":{"arg":{"e":{"value":"x"}},"column":1}}"#),
        [format!("at `e.arg.e.value`: {wrong}")]
    );
    assert_eq!(
        of(r#"{"e":{"Not":{"arg":{"e":{"Lit":{"value":"x"}}},"column":1}}}"#),
        [format!("at `e.arg.e.value`: {wrong}")]
    );
}

#[test]
fn numbers_are_exact() {
    let cases = [
        (r#""long""#, "9223372036854775807"),
        (r#""long""#, "-9223372036854775808"),
        (r#""double""#, "0.1"),
        (r#""double""#, "-0.0"),
        (r#""double""#, "1.7976931348623157e+308"),
        (r#""double""#, "5e-324"),
        (r#""double""#, "\"NaN\""),
        (r#""double""#, "\"-Infinity\""),
        (r#""float""#, "0.1"),
        (r#""float""#, "3.4028234663852886e+38"),
        (r#""float""#, "1e-45"),
        (r#""float""#, "\"Infinity\""),
    ];
    for (ty, text) in cases {
        let schema = schema(ty);
        let value = plain::read(&schema, &json(text)).expect(text);
        assert_eq!(plain::write(&schema, &value).expect("its value").to_text(), text);
    }
    for (ty, text) in
        [(r#""long""#, "1.0"), (r#""int""#, "2147483648"), (r#""float""#, "1e39"), (r#""int""#, "\"1\"")]
    {
        assert!(plain::read(&schema(ty), &json(text)).is_err(), "{ty} {text}");
    }
}

/// Each level doubles the number of ways to read the document. The number of attempts is limited.
#[test]
fn ambiguity_is_bounded() {
    let schema = schema(
        r#"{"type":"record","name":"R","fields":[{"name":"u","type":["int",
            {"type":"record","name":"A","fields":[{"name":"r","type":"R"}]},
            {"type":"record","name":"B","fields":[{"name":"r","type":"R"}]}]}]}"#,
    );
    let depth = 60;
    let nested = |core: &str| json(&(r#"{"u":{"r":"#.repeat(depth) + core + &"}}".repeat(depth)));
    assert!(plain::read(&schema, &nested(r#"{"u":1}"#)).is_ok());
    let found = messages(plain::read(&schema, &nested(r#"{"u":"x"}"#)));
    assert!(found[0].starts_with("too many branches of nested unions could match"), "{found:?}");
    let named = r#"{"u":{"A":{"r":"#.repeat(depth) + r#"{"u":"x"}"# + &"}}}".repeat(depth);
    let found = messages(plain::read(&schema, &json(&named)));
    assert!(
        found[0].ends_with("expected one of `int`, `A`, `B`, found a string"),
        "with the branch named, as in the message: {found:?}"
    );
}

#[test]
fn nesting_and_infinite_defaults_are_limited() {
    let list = schema(
        r#"{"type":"record","name":"List","fields":[{"name":"next","type":["null","List"],"default":null}]}"#,
    );
    let nested = |depth: usize| json(&(r#"{"next":"#.repeat(depth) + "null" + &"}".repeat(depth)));
    assert!(plain::read(&list, &nested(256)).is_ok());
    assert!(messages(plain::read(&list, &nested(257)))[0].contains("values nest more than 512 deep"));
    let endless = schema(
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}},{"name":"b","type":"R","default":{}}]}"#,
    );
    assert!(plain::read(&endless, &json("{}")).is_err());
}

/// Each is an error that is found in limited time and memory.
#[test]
fn malicious_documents_are_errors() {
    let list = schema(r#"{"type":"array","items":"null"}"#);
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    assert!(Json::parse(&deep).is_err(), "nested too deep");
    let wide = "[".to_owned() + &"0,".repeat(100_000) + "0]";
    let found = messages(plain::read(&list, &json(&wide)));
    assert_eq!(found.len(), 1000, "the number of errors is limited");
    for number in ["1e400", "-1e400"] {
        assert!(Json::parse(number).is_err(), "{number} is not a double");
    }
    let huge = "9".repeat(100);
    assert!(plain::read(&schema(r#""long""#), &Json::parse(&huge).unwrap_or(Json::Null)).is_err());
    assert!(Json::parse(r#""\ud800""#).is_err(), "half a surrogate pair is not a character");
}
