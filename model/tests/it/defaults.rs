use std::collections::BTreeMap;

use signalbook_model::{Definition, Enum, Field, Fixed, Json, Name, Primitive, Record, Registry, Type};

fn registry() -> Registry {
    let level = Enum { symbols: vec!["LOW".into(), "HIGH".into()], ..Enum::default() };
    let mut optional = Field::new("note", Type::optional(Type::STRING));
    optional.default = Some(Json::Null);
    let line = Record {
        fields: vec![Field::new("sku", Type::STRING), Field::new("price", Type::DOUBLE), optional],
        ..Record::default()
    };
    let definitions = [
        ("Level", Definition::Enum(level)),
        ("Line", Definition::Record(line)),
        ("Hash", Definition::Fixed(Fixed { size: 2, ..Fixed::default() })),
    ];
    let types = definitions.map(|(name, definition)| (Name::new(name), definition));
    Registry { types: BTreeMap::from(types), ..Registry::default() }
}

fn named(name: &str) -> Type {
    Type::Named(Name::new(name))
}

fn json(text: &str) -> Json {
    Json::parse(text).expect("JSON")
}

#[test]
fn defaults_are_normalized() {
    let cases = [
        (Type::DOUBLE, "3", "3.0"),
        (Type::FLOAT, "\"-Infinity\"", "\"-Infinity\""),
        (Type::optional(Type::INT), "null", "null"),
        (Type::Union(vec![Type::DOUBLE, Type::NULL]), "1", "1.0"),
        (Type::BYTES, r#""\u00ff""#, r#""\u00ff""#),
        (named("Level"), "\"HIGH\"", "\"HIGH\""),
        (named("Hash"), r#""a\u0000""#, r#""a\u0000""#),
        (Type::map(Type::FLOAT), r#"{"b":1,"a":2.5}"#, r#"{"b":1.0,"a":2.5}"#),
        (Type::array(named("Line")), r#"[{"price":1,"sku":""}]"#, r#"[{"sku":"","price":1.0}]"#),
    ];
    for (ty, written, expected) in cases {
        let checked = registry().check_default(&ty, &json(written)).expect(written);
        let expected = match (&ty, json(expected)) {
            (Type::Primitive(Primitive::Float), Json::String(_)) => Json::Float(f64::NEG_INFINITY),
            (_, expected) => expected,
        };
        assert_eq!(checked, expected);
        assert_eq!(registry().check_default(&ty, &checked).expect("again"), checked);
    }
}

#[test]
fn wrong_defaults_are_described() {
    let cases = [
        (Type::INT, "3000000000", "expected an integer of 32 bits, found the integer 3000000000"),
        (Type::LONG, "1.0", "expected an integer of 64 bits, found the number 1.0"),
        (Type::FLOAT, "1e300", "expected a number that a float can hold, found the number 1e300"),
        (Type::optional(Type::STRING), "\"x\"", "expected null, found the string \"x\""),
        (
            Type::BYTES,
            "\"\u{20ac}\"",
            "expected a string of characters from U+0000 to U+00FF, one per byte, found the string \"€\"",
        ),
        (named("Level"), "\"MID\"", "expected a symbol of `Level`: LOW, HIGH, found the string \"MID\""),
        (
            named("Hash"),
            "\"abc\"",
            "expected 2 characters from U+0000 to U+00FF, one per byte, found the string \"abc\"",
        ),
        (named("Lost"), "1", "expected a value of `Lost`, which is not defined, found the integer 1"),
        (
            Type::map(Type::array(named("Line"))),
            r#"{"k":[{"sku":"","price":0},{"sku":1,"price":0}]}"#,
            "at `k[1].sku`: expected a string, found the integer 1",
        ),
        (
            named("Line"),
            r#"{"sku":""}"#,
            "expected a value for `price`, which has no default in `Line`, found an object",
        ),
        (
            named("Line"),
            r#"{"skuu":""}"#,
            "expected a field of `Line`: sku, price, note, found the member `skuu`",
        ),
    ];
    for (ty, written, message) in cases {
        let error = registry().check_default(&ty, &json(written)).expect_err(written);
        assert_eq!(error.to_string(), message);
    }
}
