//! Plans of schemas that are large on purpose, and plans that are given what no datum is.

use signalbook_model::{Definition, Enum, Field, Name, Record, Schema, Type};
use signalbook_resolve::{Plan, PlanError, decode};

use crate::bytes::NO_DATA;

#[test]
fn enums_of_many_symbols_are_planned() {
    // Each beside each, these are ten thousand million.
    let of = |symbols: Vec<String>| {
        let name = Name::from("E");
        let definition = Definition::Enum(Enum { symbols, ..Enum::default() });
        Schema { root: Type::Named(name.clone()), definitions: [(name, definition)].into() }
    };
    let symbols = |prefix: &str| (0..100_000).rev().map(|number| format!("{prefix}{number}")).collect();
    let (writer, reader): (Vec<String>, Vec<String>) = (symbols("A"), symbols("B"));
    let mut reversed = writer.clone();
    reversed.reverse();
    Plan::new(&of(writer.clone()), &of(reversed)).expect("a plan");
    let plan = Plan::typed(&of(writer), &of(reader)).expect("a plan");
    assert_eq!(plan.unknown_symbols().len(), 100_000);
}

#[test]
fn unions_of_many_records_are_too_large() {
    let union = |namespace: &str| {
        let names: Vec<_> =
            (0..20_000).map(|number| Name::in_namespace(namespace, &format!("R{number}"))).collect();
        let record = Record { fields: vec![Field::new("a", Type::Int)], ..Record::default() };
        let definitions = names.iter().map(|name| (name.clone(), Definition::Record(record.clone())));
        Schema {
            definitions: definitions.collect(),
            root: Type::Union(names.into_iter().map(Type::Named).collect()),
        }
    };
    assert_eq!(Plan::new(&union("n"), &union("m")).err(), Some(PlanError::TooLarge));
}

/// Copied, rebuilt, or passed over: what the decoder refuses is refused, but for text, which is left to whoever reads it.
#[test]
fn what_no_datum_is_is_none_of_a_plan_either() {
    let parse = |text: &str| Schema::parse(text).expect("a schema");
    for (text, bytes, message) in NO_DATA {
        let record =
            |fields: &str| parse(&format!(r#"{{"type": "record", "name": "Outer", "fields": [{fields}]}}"#));
        let field = format!(r#"{{"name": "f", "type": {text}}}"#);
        let writer = record(&field);
        let readers = [
            writer.clone(),
            record(&format!(r#"{{"name": "new", "type": "int", "default": 1}}, {field}"#)),
            record(r#"{"name": "new", "type": "int", "default": 1}"#),
        ];
        for reader in &readers {
            let Ok(plan) = Plan::new(&writer, reader) else { panic!("{message}: no plan") };
            let mut out = Vec::new();
            match plan.transcode(bytes, &mut out) {
                Err(error) => assert!(error.offset <= bytes.len(), "{message}"),
                Ok(()) => assert!(
                    message.contains("UTF-8") && (decode(reader, &out).is_err() || reader == &readers[2]),
                    "{message}"
                ),
            }
            assert!(out.len() < 100, "{message}");
        }
    }
}
