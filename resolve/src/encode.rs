use std::collections::BTreeMap;

use signalbook_model::{Definition, Name, Schema, Type};

use crate::path::Step;
use crate::{Mismatch, Value};

/// Writes `value` as a datum of `schema` (Avro 1.12, "Binary Encoding").
///
/// # Errors
/// The first part of the value that is none of the schema's.
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
            (Type::Null, Value::Null) => {}
            (Type::Boolean, Value::Boolean(value)) => self.bytes.push(u8::from(*value)),
            (Type::Int, Value::Int(value)) => self.long(i64::from(*value)),
            (Type::Long, Value::Long(value)) => self.long(*value),
            (Type::Float, Value::Float(value)) => self.bytes.extend(value.to_le_bytes()),
            (Type::Double, Value::Double(value)) => self.bytes.extend(value.to_le_bytes()),
            (Type::Bytes, Value::Bytes(bytes)) => self.block(bytes),
            (Type::String, Value::String(text)) => self.block(text.as_bytes()),
            (Type::Logical(logical), value) => self.value(&logical.base(), value)?,
            (Type::Array(ty), Value::Array(items)) => self.items(ty, items)?,
            (Type::Map(ty), Value::Map(entries)) => self.entries(ty, entries)?,
            (Type::Union(branches), Value::Union(index, value)) => match branches.get(*index) {
                Some(branch) => {
                    self.length(*index);
                    self.value(branch, value)?;
                }
                None => return Err(Mismatch::new(format!("one of {} branches", branches.len()), value)),
            },
            (Type::Named(name), value) => self.named(name, value)?,
            (Type::Annotated(annotated), value) => self.value(&annotated.ty, value)?,
            (
                Type::Null
                | Type::Boolean
                | Type::Int
                | Type::Long
                | Type::Float
                | Type::Double
                | Type::Bytes
                | Type::String
                | Type::Array(_)
                | Type::Map(_)
                | Type::Union(_),
                value,
            ) => return Err(Mismatch::new(ty.branch_name(), value)),
        }
        Ok(())
    }

    fn named(&mut self, name: &Name, value: &Value) -> Result<(), Mismatch> {
        match (self.definitions.get(name), value) {
            (Some(Definition::Record(record)), Value::Record(values))
                if record.fields.len() == values.len() =>
            {
                for (field, value) in record.fields.iter().zip(values) {
                    self.value(&field.ty, value).map_err(|error| error.within(Step::Field(&field.name)))?;
                }
            }
            (Some(Definition::Enum(definition)), Value::Enum(index)) if *index < definition.symbols.len() => {
                self.length(*index);
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
            self.length(items.len());
            for (index, item) in items.iter().enumerate() {
                self.value(ty, item).map_err(|error| error.within(Step::Item(index)))?;
            }
        }
        self.bytes.push(0);
        Ok(())
    }

    fn entries(&mut self, ty: &Type, entries: &BTreeMap<String, Value>) -> Result<(), Mismatch> {
        if !entries.is_empty() {
            self.length(entries.len());
            for (index, (key, value)) in entries.iter().enumerate() {
                self.block(key.as_bytes());
                self.value(ty, value).map_err(|error| error.within(Step::Entry(index)))?;
            }
        }
        self.bytes.push(0);
        Ok(())
    }

    fn block(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    fn length(&mut self, length: usize) {
        self.long((length as u64).cast_signed()); // nothing in memory is longer than `isize::MAX`
    }

    fn long(&mut self, value: i64) {
        let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while rest >= 0x80 {
            self.bytes.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest.to_le_bytes()[0]);
    }
}
