use signalbook_model::{
    Builder, Enum, Event, Field, Json, Name, Projection, Record, Registry, Stability, Type, TypeNames,
};

const EVENT: &str = "org.example.learning.course.created.v1";

fn event(type_names: TypeNames, data: Vec<Field>) -> Event {
    Event {
        name: "COURSE_CREATED".into(),
        doc: Some("A course came to be.".into()),
        minor: 0,
        key: None,
        topics: Vec::new(),
        producer: None,
        stability: Stability::Stable,
        deprecation: None,
        type_names,
        data,
    }
}

/// An event with a record that contains itself, another record and an enum. The record has a field with
/// personal data.
fn registry(type_names: TypeNames) -> Registry {
    let mut builder = Builder::new();
    builder.event(EVENT, "CourseCreated", |builder| {
        let course = builder.record("org.example.learning.CourseData", "CourseData", |builder| {
            let key = builder.record("org.example.shared.Key", "Key", |_| Record {
                fields: vec![Field::new("text", Type::STRING)],
                ..Record::default()
            });
            let kind = builder.enumeration("org.example.shared.Kind", "Kind", || Enum {
                symbols: vec!["A".into()],
                ..Enum::default()
            });
            let mut owner = Field::new("owner", Type::optional(Type::STRING));
            (owner.pii, owner.default, owner.doc) =
                (Some("email".into()), Some(Json::Null), Some("Whose it is.".into()));
            let itself = Type::Named(Name::new("org.example.learning.CourseData"));
            let fields = vec![
                Field::new("key", key.clone()),
                owner,
                Field::new("parts", Type::array(itself)),
                Field::new("kinds", Type::map(kind)),
                Field::new("origin", key),
            ];
            Record { doc: Some("A course.".into()), fields, ..Record::default() }
        });
        event(type_names, vec![Field::new("course", course)])
    });
    builder.finish().expect("no conflicts")
}

#[test]
fn types_are_named_in_the_events_namespace() {
    let schema = registry(TypeNames::Bare).schema(EVENT).expect("an event");
    assert_eq!(
        schema.to_json(),
        r#"{"type":"record","name":"CloudEvent","namespace":"org.example.learning.course.created.v1","fields":[{"name":"course","type":{"type":"record","name":"CourseData","fields":[{"name":"key","type":{"type":"record","name":"Key","fields":[{"name":"text","type":"string"}]}},{"name":"owner","type":["null","string"],"default":null},{"name":"parts","type":{"type":"array","items":"CourseData"}},{"name":"kinds","type":{"type":"map","values":{"type":"enum","name":"Kind","symbols":["A"]}}},{"name":"origin","type":"Key"}]}}]}"#
    );
}

#[test]
fn types_are_named_by_their_qualified_names() {
    let schema = registry(TypeNames::Qualified).schema(EVENT).expect("an event");
    let names: Vec<_> = schema.definitions.keys().map(Name::as_str).collect();
    assert_eq!(
        names,
        [
            "org.example.learning.CourseData",
            "org.example.learning.course.created.v1.CloudEvent",
            "org.example.shared.Key",
            "org.example.shared.Kind",
        ]
    );
}

#[test]
fn docs_are_optional_and_do_not_change_the_fingerprint() {
    let registry = registry(TypeNames::Bare);
    let fixed = Projection { docs: false, event_doc: Some("Of all events.".into()) };
    let docs = Projection { docs: true, event_doc: None };
    let plain = registry.schema(EVENT).expect("an event");
    let fixed = registry.schema_with(EVENT, &fixed).expect("an event");
    let docs = registry.schema_with(EVENT, &docs).expect("an event");
    assert!(!plain.to_json().contains("doc"));
    assert!(fixed.to_json().contains(r#""doc":"Of all events.""#) && !fixed.to_json().contains("A course"));
    for doc in ["A course came to be.", "A course.", "Whose it is."] {
        assert!(docs.to_json().contains(&format!(r#""doc":"{doc}""#)));
    }
    assert_eq!(plain.fingerprint(), fixed.fingerprint());
    assert_eq!(plain.fingerprint(), docs.fingerprint());
}

#[test]
fn a_registry_without_a_schema_is_an_error() {
    let mut builder = Builder::new();
    let record = |builder: &mut Builder, name: &str| builder.record(name, "R", |_| Record::default());
    let (first, second) = (record(&mut builder, "a.Course"), record(&mut builder, "b.Course"));
    let root = record(&mut builder, "a.CloudEvent");
    let fields = |types: [&Type; 2]| {
        types
            .into_iter()
            .enumerate()
            .map(|(at, ty)| Field::new(format!("f{at}"), ty.clone()))
            .collect::<Vec<_>>()
    };
    let mut deep = Type::INT;
    for _ in 0..200 {
        deep = Type::array(deep);
    }
    let lost = Type::Named(Name::new("a.Lost"));
    let cases = [
        ("ambiguous.v1", fields([&first, &second])),
        ("root.v1", fields([&root, &first])),
        ("lost.v1", fields([&first, &lost])),
        ("deep.v1", fields([&first, &deep])),
    ];
    for (name, data) in cases {
        builder.event(name, "E", |_| event(TypeNames::Bare, data));
    }
    let registry = builder.finish().expect("no conflicts");
    let message = |event: &str| registry.schema(event).expect_err(event).to_string();
    assert_eq!(
        message("ambiguous.v1"),
        "`a.Course` and `b.Course` are both `ambiguous.v1.Course` in the schema of `ambiguous.v1`: rename \
         one, or name types by their qualified names"
    );
    assert!(message("root.v1").starts_with("`root.v1` and `a.CloudEvent` are both `root.v1.CloudEvent`"));
    assert_eq!(
        message("lost.v1"),
        "`lost.v1#f1` names the type `a.Lost`, which the registry does not define"
    );
    assert!(message("deep.v1").contains("at `deep.v1#f1`"));
    assert_eq!(message("none.v1"), "no event `none.v1` in the registry");
}
