//! Generates values of schemas from bytes.

use signalbook_data::Value;
use signalbook_model::{Definition, Name, Primitive, Schema, Type};
use signalbook_sample::Choices;

/// Returns a value of `ty`.
pub(crate) fn value(choices: &mut Choices<'_>, schema: &Schema, ty: &Type, depth: usize) -> Value {
    match ty {
        Type::Primitive(Primitive::Null) => Value::Null,
        Type::Primitive(Primitive::Boolean) => Value::Boolean(choices.one_in(2)),
        Type::Primitive(Primitive::Int) => Value::Int(choices.int()),
        Type::Primitive(Primitive::Long) => Value::Long(choices.long()),
        // JSON does not keep the payload of a NaN.
        Type::Primitive(Primitive::Float) => match f32::from_bits(choices.int().cast_unsigned()) {
            any if any.is_nan() => Value::Float(f32::NAN),
            number => Value::Float(number),
        },
        Type::Primitive(Primitive::Double) => match f64::from_bits(choices.long().cast_unsigned()) {
            any if any.is_nan() => Value::Double(f64::NAN),
            number => Value::Double(number),
        },
        Type::Primitive(Primitive::Bytes) => {
            Value::Bytes((0..choices.below(5)).map(|_| choices.byte()).collect())
        }
        Type::Primitive(Primitive::String) => {
            Value::String((*choices.of(&["", "x", "é\u{1f600}\"\\\n\u{0}", "NaN"])).to_owned())
        }
        Type::Logical(logical) => value(choices, schema, &logical.base(), depth),
        Type::Array(items) => {
            let count = if depth == 0 { 0 } else { choices.below(4) };
            Value::Array((0..count).map(|_| value(choices, schema, items, depth - 1)).collect())
        }
        Type::Map(values) => {
            let count = if depth == 0 { 0 } else { choices.below(3) };
            let entries =
                (0..count).map(|index| (format!("k{index}"), value(choices, schema, values, depth - 1)));
            Value::Map(entries.collect())
        }
        Type::Union(branches) => {
            // At the largest depth, the first branch: it is null in a union that ends a recursion.
            let index = if depth == 0 { 0 } else { choices.below(branches.len()) };
            Value::Union(index, Box::new(value(choices, schema, &branches[index], depth.saturating_sub(1))))
        }
        Type::Named(name) => named(choices, schema, name, depth),
        Type::Annotated(annotated) => value(choices, schema, &annotated.ty, depth),
    }
}

fn named(choices: &mut Choices<'_>, schema: &Schema, name: &Name, depth: usize) -> Value {
    match &schema.definitions[name] {
        Definition::Record(record) => {
            let fields = record.fields.iter();
            Value::Record(
                fields.map(|field| value(choices, schema, &field.ty, depth.saturating_sub(1))).collect(),
            )
        }
        Definition::Enum(definition) => Value::Enum(choices.below(definition.symbols.len())),
        Definition::Fixed(fixed) => Value::Fixed((0..fixed.size).map(|_| choices.byte()).collect()),
    }
}
