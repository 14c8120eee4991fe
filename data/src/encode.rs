use std::collections::BTreeMap;

use signalbook_model::{Definition, Name, Primitive, Schema, Type};
use signalbook_resolve::wire::{Segment, write_block, write_length, write_long};

use crate::{Mismatch, Value};

/// Encodes `value` as a datum of `schema` (Avro 1.12, "Binary Encoding").
///
/// # Errors
/// Returns the first part of the value that does not conform to the schema.
pub fn encode(schema: &Schema, value: &Value) -> Result<Vec<u8>, Mismatch> {
    let mut encoder = Encoder { definitions: &schema.definitions, bytes: Vec::new() };
    encoder.value(&schema.root, value)?;
    Ok(encoder.bytes)
}

struct Encoder<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    bytes: Vec<u8>,
}

impl Encoder<'_> {
    fn value(&mut self, ty: &Type, value: &Value) -> Result<(), Mismatch> {
        match (ty, value) {
            (Type::Primitive(Primitive::Null), Value::Null) => {}
            (Type::Primitive(Primitive::Boolean), Value::Boolean(value)) => self.bytes.push(u8::from(*value)),
            (Type::Primitive(Primitive::Int), Value::Int(value)) => {
                write_long(&mut self.bytes, i64::from(*value));
            }
            (Type::Primitive(Primitive::Long), Value::Long(value)) => write_long(&mut self.bytes, *value),
            (Type::Primitive(Primitive::Float), Value::Float(value)) => {
                self.bytes.extend(value.to_le_bytes());
            }
            (Type::Primitive(Primitive::Double), Value::Double(value)) => {
                self.bytes.extend(value.to_le_bytes());
            }
            (Type::Primitive(Primitive::Bytes), Value::Bytes(bytes)) => write_block(&mut self.bytes, bytes),
            (Type::Primitive(Primitive::String), Value::String(text)) => {
                write_block(&mut self.bytes, text.as_bytes());
            }
            (Type::Logical(logical), value) => return self.value(&logical.base(), value),
            (Type::Array(ty), Value::Array(items)) => return self.items(ty, items),
            (Type::Map(ty), Value::Map(entries)) => return self.entries(ty, entries),
            (Type::Union(branches), Value::Union(index, value)) => match branches.get(*index) {
                Some(branch) => {
                    write_length(&mut self.bytes, *index);
                    return self.value(branch, value);
                }
                None => return Err(Mismatch::new(format!("one of {} branches", branches.len()), value)),
            },
            (Type::Named(name), value) => return self.named(name, value),
            (Type::Annotated(annotated), value) => return self.value(&annotated.ty, value),
            (Type::Primitive(_) | Type::Array(_) | Type::Map(_) | Type::Union(_), value) => {
                return Err(Mismatch::new(ty.branch_name(), value));
            }
        }
        Ok(())
    }

    fn named(&mut self, name: &Name, value: &Value) -> Result<(), Mismatch> {
        match (self.definitions.get(name), value) {
            (Some(Definition::Record(record)), Value::Record(values))
                if record.fields.len() == values.len() =>
            {
                for (field, value) in record.fields.iter().zip(values) {
                    self.value(&field.ty, value)
                        .map_err(|error| error.within(Segment::Field(&field.name)))?;
                }
            }
            (Some(Definition::Enum(definition)), Value::Enum(index)) if *index < definition.symbols.len() => {
                write_length(&mut self.bytes, *index);
            }
            (Some(Definition::Fixed(fixed)), Value::Fixed(bytes)) if fixed.size == bytes.len() => {
                self.bytes.extend_from_slice(bytes);
            }
            (definition, value) => return Err(Mismatch::of(name, definition, value)),
        }
        Ok(())
    }

    fn items(&mut self, ty: &Type, items: &[Value]) -> Result<(), Mismatch> {
        if !items.is_empty() {
            write_length(&mut self.bytes, items.len());
            for (index, item) in items.iter().enumerate() {
                self.value(ty, item).map_err(|error| error.within(Segment::Item(index)))?;
            }
        }
        self.bytes.push(0);
        Ok(())
    }

    fn entries(&mut self, ty: &Type, entries: &BTreeMap<String, Value>) -> Result<(), Mismatch> {
        if !entries.is_empty() {
            write_length(&mut self.bytes, entries.len());
            for (index, (key, value)) in entries.iter().enumerate() {
                write_block(&mut self.bytes, key.as_bytes());
                self.value(ty, value).map_err(|error| error.within(Segment::Entry(index)))?;
            }
        }
        self.bytes.push(0);
        Ok(())
    }
}
