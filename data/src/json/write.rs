use std::collections::BTreeMap;

use signalbook_model::{Definition, Json, Name, Primitive, Record, Schema, Type};
use signalbook_resolve::wire::Segment;

use super::branch::is_written_bare;
use super::float_to_json::{double, float};
use super::form::Form;
use crate::{Mismatch, Value};

pub(super) fn write(schema: &Schema, value: &Value, form: Form) -> Result<Json, Mismatch> {
    Writer { definitions: &schema.definitions, form }.value(&schema.root, value)
}

struct Writer<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    form: Form,
}

impl Writer<'_> {
    fn value(&self, ty: &Type, value: &Value) -> Result<Json, Mismatch> {
        Ok(match (ty, value) {
            (Type::Primitive(Primitive::Null), Value::Null) => Json::Null,
            (Type::Primitive(Primitive::Boolean), Value::Boolean(value)) => Json::Bool(*value),
            (Type::Primitive(Primitive::Int), Value::Int(value)) => Json::Integer(i128::from(*value)),
            (Type::Primitive(Primitive::Long), Value::Long(value)) => Json::Integer(i128::from(*value)),
            (Type::Primitive(Primitive::Float), Value::Float(value)) => float(*value),
            (Type::Primitive(Primitive::Double), Value::Double(value)) => double(*value),
            (Type::Primitive(Primitive::Bytes), Value::Bytes(bytes)) => Json::of_bytes(bytes),
            (Type::Primitive(Primitive::String), Value::String(text)) => Json::String(text.clone()),
            (Type::Logical(logical), value) if self.form == Form::Plain => {
                let plain = value.as_primitive().and_then(|value| logical.to_plain(&value));
                return plain.ok_or_else(|| Mismatch::new(ty.branch_name(), value));
            }
            (Type::Logical(logical), value) => return self.value(&logical.base(), value),
            (Type::Array(ty), Value::Array(items)) => return self.items(ty, items),
            (Type::Map(ty), Value::Map(entries)) => return self.entries(ty, entries),
            (Type::Union(branches), Value::Union(index, value)) => {
                return self.union(branches, *index, value);
            }
            (Type::Named(name), value) => return self.named(name, value),
            (Type::Annotated(annotated), value) => return self.value(&annotated.ty, value),
            (Type::Primitive(_) | Type::Array(_) | Type::Map(_) | Type::Union(_), value) => {
                return Err(Mismatch::new(ty.branch_name(), value));
            }
        })
    }

    fn union(&self, branches: &[Type], index: usize, value: &Value) -> Result<Json, Mismatch> {
        let Some(branch) = branches.get(index) else {
            return Err(Mismatch::new(format!("one of {} branches", branches.len()), value));
        };
        let bare = self.value(branch, value)?;
        let is_bare = match self.form {
            Form::Plain => is_written_bare(self.definitions, branches, index, &bare),
            Form::Avro => *branch.plain() == Type::NULL,
        };
        Ok(if is_bare { bare } else { Json::Object(vec![(branch.branch_name().to_owned(), bare)]) })
    }

    fn named(&self, name: &Name, value: &Value) -> Result<Json, Mismatch> {
        match (self.definitions.get(name), value) {
            (Some(Definition::Record(record)), Value::Record(values))
                if record.fields.len() == values.len() =>
            {
                self.record(record, values)
            }
            (Some(Definition::Enum(definition)), Value::Enum(index)) if *index < definition.symbols.len() => {
                Ok(Json::String(definition.symbols[*index].clone()))
            }
            (Some(Definition::Fixed(fixed)), Value::Fixed(bytes)) if fixed.size == bytes.len() => {
                Ok(match self.form {
                    Form::Plain => fixed.to_plain(bytes),
                    Form::Avro => Json::of_bytes(bytes),
                })
            }
            (definition, value) => Err(Mismatch::of(name, definition, value)),
        }
    }

    fn record(&self, record: &Record, values: &[Value]) -> Result<Json, Mismatch> {
        let mut members = Vec::with_capacity(values.len());
        for (field, value) in record.fields.iter().zip(values) {
            match self.value(&field.ty, value) {
                Ok(value) => members.push((field.name.clone(), value)),
                Err(error) => return Err(error.within(Segment::Field(&field.name))),
            }
        }
        Ok(Json::Object(members))
    }

    fn items(&self, ty: &Type, values: &[Value]) -> Result<Json, Mismatch> {
        let mut items = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            match self.value(ty, value) {
                Ok(value) => items.push(value),
                Err(error) => return Err(error.within(Segment::Item(index))),
            }
        }
        Ok(Json::Array(items))
    }

    fn entries(&self, ty: &Type, values: &BTreeMap<String, Value>) -> Result<Json, Mismatch> {
        let mut members = Vec::with_capacity(values.len());
        for (index, (key, value)) in values.iter().enumerate() {
            match self.value(ty, value) {
                Ok(value) => members.push((key.clone(), value)),
                Err(error) => return Err(error.within(Segment::Entry(index))),
            }
        }
        Ok(Json::Object(members))
    }
}
