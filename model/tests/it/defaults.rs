use std::collections::BTreeMap;

use signalbook_model::{
    Annotated, Attributes, Branches, DefaultError, DefaultForm, DefaultReader, Definition, Enum, Field,
    Fixed, Json, Name, Primitive, Record, Type,
};

fn types() -> BTreeMap<Name, Definition> {
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
    BTreeMap::from(definitions.map(|(name, definition)| (Name::new(name), definition)))
}

fn named(name: &str) -> Type {
    Type::Named(Name::new(name))
}

fn read(branches: Branches, ty: &Type, value: &Json) -> Result<Json, DefaultError> {
    let types = types();
    let mut reader = DefaultReader::new(&types, DefaultForm::Registry, branches, usize::MAX);
    reader.read(ty, value).map(|read| read.to_json())
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
        let checked = read(Branches::First, &ty, &json(written)).expect(written);
        let expected = match (&ty, json(expected)) {
            (Type::Primitive(Primitive::Float), Json::String(_)) => Json::Float(f64::NEG_INFINITY),
            (_, expected) => expected,
        };
        assert_eq!(checked, expected);
        assert_eq!(read(Branches::First, &ty, &checked).expect("again"), checked);
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
        let error = read(Branches::First, &ty, &json(written)).expect_err(written);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn the_branch_of_a_value_is_null_or_the_first() {
    let line = r#"{"sku":"","price":1.5,"note":"x"}"#;
    let [number, text] = [Type::LONG, Type::STRING];
    let cases = [
        (Type::optional(Type::INT), "1", Some("1")),
        (Type::optional(Type::INT), "null", Some("null")),
        (Type::Union(vec![number.clone(), Type::NULL, text.clone()]), "null", Some("null")),
        (Type::Union(vec![Type::NULL, number.clone(), text.clone()]), "\"x\"", None),
        (Type::Union(vec![number, text]), "null", None),
        (Type::array(Type::optional(Type::INT)), "[1,null]", Some("[1,null]")),
        (named("Line"), line, Some(line)),
    ];
    for (ty, written, expected) in cases {
        let read = read(Branches::NullOrFirst, &ty, &json(written));
        assert_eq!(read.ok(), expected.map(json), "{written}");
    }
}

#[test]
fn values_of_types_with_attributes_are_checked() {
    let attributes = Attributes::from([("only".to_owned(), json("3"))]);
    let ty = Type::map(Type::Annotated(Box::new(Annotated { ty: Type::INT, attributes })));
    let types = BTreeMap::new();
    let read = |form, written: &str| {
        let reader = DefaultReader::new(&types, form, Branches::First, usize::MAX);
        let demands = |attributes: &Attributes, value: &Json| {
            (attributes.get("only") != Some(value)).then(|| "3".to_owned())
        };
        let error = reader.with_demands(demands).read(&ty, &json(written)).err();
        error.map(|error| error.to_string())
    };
    assert_eq!(read(DefaultForm::Registry, r#"{"a":3}"#), None);
    let error = "at `b`: expected 3, found the integer 4";
    assert_eq!(read(DefaultForm::Registry, r#"{"a":3,"b":4}"#).as_deref(), Some(error));
    assert_eq!(read(DefaultForm::Avro, r#"{"a":3,"b":4}"#), None);
}
