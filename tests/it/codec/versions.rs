//! Other versions of the event `Rich`. Shared with the fuzz target.

use signalbook::model::{Definition, Field, Json, Primitive, Record, Schema, Type};
use signalbook::{Event, schema_of};
use signalbook_sample::Choices;

/// The schema of `E` with a default for each field, so that a writer may lack it.
pub(crate) fn reader<E: Event>() -> Schema {
    let mut schema = schema_of::<E>().expect("a schema");
    let source = schema.clone();
    for definition in schema.definitions.values_mut() {
        if let Definition::Record(record) = definition {
            for field in &mut record.fields {
                field.default = Some(default(&source, &field.ty));
            }
        }
    }
    schema
}

fn default(schema: &Schema, ty: &Type) -> Json {
    match ty.wire().as_ref() {
        Type::Primitive(Primitive::Boolean) => Json::Bool(true),
        Type::Primitive(Primitive::Int | Primitive::Long) => Json::Integer(-300),
        Type::Primitive(Primitive::Float | Primitive::Double) => Json::Float(0.5),
        Type::Primitive(Primitive::Bytes | Primitive::String) => {
            Json::String("a default that is longer than many a datum".into())
        }
        Type::Array(_) => Json::Array(Vec::new()),
        Type::Map(values) => Json::Object(vec![("k".into(), default(schema, values))]),
        Type::Union(branches) => default(schema, &branches[0]),
        Type::Named(name) => match &schema.definitions[name] {
            Definition::Record(record) => {
                let fields = record.fields.iter();
                Json::Object(fields.map(|field| (field.name.clone(), default(schema, &field.ty))).collect())
            }
            Definition::Enum(definition) => Json::String(definition.symbols[1].clone()),
            Definition::Fixed(fixed) => Json::String("\u{1}".repeat(fixed.size)),
        },
        Type::Primitive(Primitive::Null) | Type::Logical(_) | Type::Annotated(_) => Json::Null,
    }
}

/// Another version: fields moved, removed, added and renamed, narrower and optional types, other branches and
/// symbols.
pub(crate) fn writer(choices: &mut Choices<'_>, reader: &Schema) -> Schema {
    let mut schema = reader.clone();
    for definition in schema.definitions.values_mut() {
        match definition {
            Definition::Record(record) => change_record(choices, record),
            Definition::Enum(definition) => {
                if choices.one_in(2) {
                    definition.symbols.rotate_left(1);
                }
                match choices.below(4) {
                    0 => drop(definition.symbols.pop()),
                    1 => {}
                    _ => definition.symbols.push("CARRIER_PIGEON".into()),
                }
                definition.fallback = None;
            }
            Definition::Fixed(_) => {}
        }
    }
    schema
}

fn change_record(choices: &mut Choices<'_>, record: &mut Record) {
    for field in &mut record.fields {
        field.default = None;
        if choices.one_in(3) {
            field.ty = change_type(choices, &field.ty);
        }
    }
    for _ in 0..choices.below(4) {
        let (one, other) = (choices.below(record.fields.len()), choices.below(record.fields.len()));
        if !record.fields.is_empty() {
            record.fields.swap(one, other);
        }
    }
    for index in 0..choices.below(3) {
        if !record.fields.is_empty() {
            let gone = choices.below(record.fields.len());
            record.fields.remove(gone);
        }
        let ty = match choices.below(5) {
            0 => Type::STRING,
            1 => Type::INT,
            2 => Type::NULL,
            3 => Type::optional(Type::DOUBLE),
            _ => Type::array(Type::map(Type::BOOLEAN)),
        };
        let place = choices.below(record.fields.len() + 1);
        record.fields.insert(place, Field::new(format!("former{index}"), ty));
    }
}

/// A type that the reader's type can read without a conversion.
fn change_type(choices: &mut Choices<'_>, ty: &Type) -> Type {
    match ty {
        Type::Primitive(Primitive::Long) => Type::INT,
        Type::Primitive(Primitive::String) => Type::BYTES,
        Type::Primitive(Primitive::Bytes) => Type::STRING,
        Type::Array(items) => Type::array(change_type(choices, items)),
        Type::Map(values) => Type::map(change_type(choices, values)),
        // Keep null in unions that may be recursive.
        Type::Union(branches) if branches.iter().any(|branch| matches!(branch, Type::Named(_))) => {
            let mut branches = branches.clone();
            if choices.one_in(2) {
                branches[1..].reverse();
            }
            match choices.below(4) {
                0 => drop(branches.pop()),
                1 => {}
                _ => branches.push(Type::BOOLEAN),
            }
            Type::Union(branches)
        }
        Type::Union(branches) => match choices.below(4) {
            0 => Type::Union(branches.iter().rev().cloned().collect()),
            1 => branches.iter().find(|branch| **branch != Type::NULL).unwrap_or(&branches[0]).clone(),
            2 => Type::Union(branches[..1].to_vec()),
            _ => Type::Union(branches[1..].to_vec()),
        },
        other => match choices.below(2) {
            0 => Type::optional(other.clone()),
            _ => Type::Union(vec![other.clone()]),
        },
    }
}
