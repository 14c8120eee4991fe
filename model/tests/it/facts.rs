//! Tests of the facts of events.

use std::collections::BTreeMap;

use signalbook_model::{
    Definition, Enum, Event, Facts, Field, Fixed, KeyFact, Logical, Name, Record, Registry, Stability, Type,
    TypeNames,
};

const EVENT: &str = "shop.order.placed.v1";

fn event(data: Vec<Field>, key: &str) -> Event {
    Event {
        name: "ORDER_PLACED".into(),
        doc: None,
        minor: 0,
        key: Some(key.into()),
        topics: vec!["orders".into()],
        producer: Some("shop/web".into()),
        stability: Stability::Unstable,
        deprecation: None,
        type_names: TypeNames::Bare,
        data,
    }
}

fn registry(data: Vec<Field>, key: &str, types: Vec<(&str, Definition)>) -> Registry {
    Registry {
        types: types.into_iter().map(|(name, definition)| (Name::new(name), definition)).collect(),
        events: BTreeMap::from([(Name::new(EVENT), event(data, key))]),
    }
}

fn record(fields: Vec<Field>) -> Definition {
    Definition::Record(Record { fields, ..Record::default() })
}

fn pii(name: &str, class: &str) -> Field {
    Field { pii: Some(class.into()), ..Field::new(name, Type::STRING) }
}

fn named(name: &str) -> Type {
    Type::Named(Name::new(name))
}

fn optional(ty: Type) -> Type {
    Type::Union(vec![Type::NULL, ty])
}

#[test]
fn paths_of_personal_data_go_through_records_lists_and_unions() {
    let card = record(vec![pii("number", "card")]);
    let transfer = record(vec![pii("number", "iban")]);
    let order = record(vec![
        pii("email", "email"),
        Field::new("parts", Type::array(named("shop.Order"))),
        Field::new("payment", Type::Union(vec![named("shop.Card"), named("shop.Transfer")])),
    ]);
    let types = vec![("shop.Card", card), ("shop.Transfer", transfer), ("shop.Order", order)];
    let data = vec![
        Field::new("order", optional(named("shop.Order"))),
        Field::new("earlier", Type::map(named("shop.Order"))),
    ];
    let facts = Facts::of(&registry(data, "order.email", types), EVENT).unwrap();
    let found: Vec<_> = facts.pii.iter().map(|(path, class)| (path.as_str(), class.as_str())).collect();
    let expected = [
        ("earlier.email", "email"),
        ("earlier.payment.Card.number", "card"),
        ("earlier.payment.Transfer.number", "iban"),
        ("order.email", "email"),
        ("order.payment.Card.number", "card"),
        ("order.payment.Transfer.number", "iban"),
    ];
    assert_eq!(found, expected);
    assert_eq!(facts.key, Some(KeyFact { path: "order.email".into(), ty: "string".into() }));
    assert_eq!(facts.topics, ["orders"]);
    assert_eq!(facts.stability, Stability::Unstable);
}

#[test]
fn a_key_has_its_type_on_the_wire() {
    let channel = Definition::Enum(Enum { symbols: vec!["WEB".into()], ..Enum::default() });
    let digest = Definition::Fixed(Fixed { size: 16, ..Fixed::default() });
    let cases = [
        (Type::LONG, Some("long")),
        (optional(Type::STRING), Some("string")),
        (Type::Logical(Logical::Uuid), Some("uuid")),
        (Type::Logical(Logical::Decimal { precision: 9, scale: 2 }), Some("decimal(9,2)")),
        (named("shop.Channel"), Some("enum")),
        (named("shop.Digest"), Some("fixed(16)")),
        (Type::DOUBLE, None),
        (Type::NULL, None),
        (Type::array(Type::LONG), None),
        (named("shop.Missing"), None),
    ];
    for (ty, expected) in cases {
        let types = vec![("shop.Channel", channel.clone()), ("shop.Digest", digest.clone())];
        let registry = registry(vec![Field::new("key", ty.clone())], "key", types);
        let key = Facts::of(&registry, EVENT).unwrap().key;
        assert_eq!(key.as_ref().map(|key| key.ty.as_str()), expected, "{ty:?}");
        let in_schema = registry.schema(EVENT).is_ok_and(|schema| schema.key("key").is_some());
        assert_eq!(in_schema, expected.is_some(), "{ty:?}");
    }
}

#[test]
fn the_number_of_visits_to_a_record_is_limited() {
    let name = |level: usize| format!("shop.Level{level}");
    let mut types: Vec<(String, Definition)> = (0..40)
        .map(|level| {
            let twice = ["left", "right"].map(|field| Field::new(field, named(&name(level + 1))));
            (name(level), record(twice.to_vec()))
        })
        .collect();
    types.push((name(40), record(vec![pii("email", "email")])));
    let types = types.iter().map(|(name, definition)| (name.as_str(), definition.clone())).collect();
    let registry = registry(vec![Field::new("top", named(&name(0)))], "top", types);
    let facts = Facts::of(&registry, EVENT).unwrap();
    assert_eq!(facts.pii.len(), 64);
    assert_eq!(facts.key, None);
}

#[test]
fn an_unknown_event_has_no_facts() {
    assert_eq!(Facts::of(&Registry::default(), EVENT), None);
}
