//! Generates values of schemas from bytes.

use signalbook_data::Value;
use signalbook_model::{Definition, Logical, Name, Primitive, Schema, TimeKind, Type};
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
        Type::Primitive(Primitive::Bytes) => Value::Bytes(bytes(choices)),
        Type::Primitive(Primitive::String) => Value::String((*choices.of(&TEXTS)).to_owned()),
        Type::Logical(logical) => logical_value(choices, *logical),
        Type::Array(items) => {
            let count = if depth == 0 { 0 } else { choices.below(4) };
            Value::Array((0..count).map(|_| value(choices, schema, items, depth - 1)).collect())
        }
        Type::Map(values) => {
            let count = if depth == 0 { 0 } else { choices.below(3) };
            let entries = (0..count).map(|index| {
                let key = if choices.one_in(8) { "bytes".to_owned() } else { format!("k{index}") };
                (key, value(choices, schema, values, depth - 1))
            });
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

/// Texts of values of logical types, and texts that are almost such texts.
const TEXTS: [&str; 22] = [
    "",
    "x",
    "é\u{1f600}\"\\\n\u{0}",
    "NaN",
    "0",
    "-0.00",
    "12.34",
    "12.345",
    "1e5",
    "12 apples",
    "2026-01-31",
    "2026-02-30",
    "12:30:00",
    "24:00:00",
    "2026-01-31T12:30:00",
    "2026-01-31T12:30:00.123456789Z",
    "2026-01-31T12:30:00+01:00",
    "P1M2DT3.004S",
    "P1",
    "0190f3f2-5d5a-7b1c-8f5e-2a8f5a4d1c00",
    "0190F3F2-5D5A-7B1C-8F5E-2A8F5A4D1C00",
    "\u{7f}\u{9b}2J\u{2028}\u{2029}",
];

fn bytes(choices: &mut Choices<'_>) -> Vec<u8> {
    if choices.one_in(4) {
        return choices.of(&TEXTS).as_bytes().to_vec();
    }
    (0..choices.below(5)).map(|_| choices.byte()).collect()
}

/// Returns a value of a logical type: most have a text, and some are not valid.
fn logical_value(choices: &mut Choices<'_>, logical: Logical) -> Value {
    let number = choices.long();
    let number = match logical.time() {
        // Most seconds of the years 1700 to 2240, or of a day.
        Some((TimeKind::TimeOfDay, day)) if !choices.one_in(4) => number.rem_euclid(day),
        Some((_, day)) if !choices.one_in(4) => (number % 100_000) * day + number.rem_euclid(day),
        _ => number,
    };
    match logical.primitive() {
        Primitive::Int => Value::Int(i32::try_from(number).unwrap_or_else(|_| choices.int())),
        Primitive::Long => Value::Long(number),
        Primitive::String => Value::String((*choices.of(&TEXTS)).to_owned()),
        _ if logical == Logical::BigDecimal && !choices.one_in(4) => {
            let unscaled = bytes(choices);
            let length = u8::try_from(unscaled.len() * 2).expect("a short number");
            let scale = *choices.of(&[0, 1, 2, 3, 4, 5]);
            Value::Bytes([&[length], &unscaled[..], &[scale]].concat())
        }
        _ => Value::Bytes(bytes(choices)),
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
        Definition::Fixed(fixed) => {
            // Most decimals that are not small have too many digits.
            let is_small = choices.one_in(2);
            let byte = |index| if is_small && index + 2 < fixed.size { 0 } else { choices.byte() };
            Value::Fixed((0..fixed.size).map(byte).collect())
        }
    }
}
