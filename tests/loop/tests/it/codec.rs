//! The generated code encodes as the schema specifies, compared with the codec without types.

use std::sync::LazyLock;

use crate::checked;
use proptest::prelude::*;
use signalbook_data::{Value, decode, encode};
use signalbook_loop::{CASES, Case, Event};
use signalbook_model::{Definition, Primitive, Schema, Type};
use signalbook_sample::Choices;

/// Every event of every registry, and its schema.
static EVENTS: LazyLock<Vec<(Event, Schema)>> = LazyLock::new(|| {
    let of_case = |case: &'static Case| {
        let registry = checked(case).registry;
        let schema =
            move |event: &Event| registry.schema(event.event_type).expect("every event has a schema");
        case.events.iter().map(move |event| (*event, schema(event)))
    };
    CASES.iter().flat_map(of_case).collect()
});

proptest! {
    #[test]
    fn generated_code_reads_and_writes_any_value(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        for (event, schema) in EVENTS.iter() {
            let value = value(schema, &schema.root, &mut Choices::new(&bytes));
            let datum = encode(schema, &value).expect("the value fits the schema");
            let written = (event.rewrite)(&datum);
            let fail = |error| TestCaseError::fail(format!("{}: {error}", event.event_type));
            let written = written.map_err(fail)?;
            // Equal byte for byte, except for the order of the entries of a map.
            prop_assert_eq!(written.len(), datum.len(), "{}", event.event_type);
            prop_assert_eq!(decode(schema, &written).expect("a valid datum"), value, "{}", event.event_type);
        }
    }
}

/// Makes a value of `ty` from `choices`.
pub(crate) fn value(schema: &Schema, ty: &Type, choices: &mut Choices<'_>) -> Value {
    match ty {
        Type::Primitive(Primitive::Null) => Value::Null,
        Type::Primitive(Primitive::Boolean) => Value::Boolean(choices.one_in(2)),
        Type::Primitive(Primitive::Int) => Value::Int(choices.int()),
        Type::Primitive(Primitive::Long) => Value::Long(choices.long()),
        Type::Primitive(Primitive::Float) => Value::Float(f32::from(choices.byte()) / 3.0),
        Type::Primitive(Primitive::Double) => Value::Double(f64::from(choices.int()) / 3.0),
        Type::Primitive(Primitive::Bytes) => Value::Bytes(bytes(choices)),
        Type::Primitive(Primitive::String) => Value::String(text(choices)),
        Type::Logical(logical) => value(schema, &logical.base(), choices),
        Type::Array(items) => {
            Value::Array((0..choices.below(4)).map(|_| value(schema, items, choices)).collect())
        }
        Type::Map(values) => Value::Map(
            (0..choices.below(4)).map(|_| (text(choices), value(schema, values, choices))).collect(),
        ),
        Type::Union(branches) => {
            let index = choices.below(branches.len());
            Value::Union(index, Box::new(value(schema, &branches[index], choices)))
        }
        Type::Named(name) => match &schema.definitions[name] {
            Definition::Record(record) => {
                Value::Record(record.fields.iter().map(|field| value(schema, &field.ty, choices)).collect())
            }
            Definition::Enum(definition) => Value::Enum(choices.below(definition.symbols.len())),
            Definition::Fixed(fixed) => Value::Fixed((0..fixed.size).map(|_| choices.byte()).collect()),
        },
        Type::Annotated(annotated) => value(schema, &annotated.ty, choices),
    }
}

fn bytes(choices: &mut Choices<'_>) -> Vec<u8> {
    (0..choices.below(20)).map(|_| choices.byte()).collect()
}

fn text(choices: &mut Choices<'_>) -> String {
    bytes(choices).into_iter().map(char::from).collect()
}
