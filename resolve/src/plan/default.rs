use std::collections::BTreeMap;

use signalbook_model::{
    Branches, DefaultForm, DefaultReader, DefaultValue, Definition, Field, Name, PrimitiveValue, Record,
    Schema,
};

use super::PlanError;
use super::draft::Source;
use crate::wire::{write_block, write_length, write_long};

/// Encodes the defaults of a reader schema, one after the other.
pub(super) struct Defaults<'s> {
    definitions: &'s BTreeMap<Name, Definition>,
    reader: DefaultReader<'s>,
    bytes: Vec<u8>,
}

/// The largest number of bytes, and of values, members and symbols, that the defaults of a plan may have.
/// Defaults of records that leave out their fields may double with each level.
const MOST: usize = 1 << 22;

/// The largest depth of a default. A default that nests deeper counts as one that contains itself.
const MOST_DEPTH: usize = 128;

/// Why a default is not written.
enum Refusal {
    WrongType,
    Infinite,
    TooLarge,
}

impl<'s> Defaults<'s> {
    pub(super) fn new(reader: &'s Schema) -> Self {
        let definitions = &reader.definitions;
        // Avro 1.12 allows other branches than the first.
        let reader = DefaultReader::new(definitions, DefaultForm::Avro, Branches::Any, MOST);
        Self { definitions, reader, bytes: Vec::new() }
    }

    /// Writes the default of a field of `record`. Returns `None` if the default contains itself. Then data
    /// without the field cannot be read, but all others can.
    ///
    /// # Errors
    /// Returns an error if the default is not a value of the field's type, or is too large.
    pub(super) fn write(&mut self, record: &Name, index: usize) -> Result<Option<Source>, PlanError> {
        let Some(Definition::Record(Record { fields, .. })) = self.definitions.get(record) else {
            return Ok(None);
        };
        let field = &fields[index];
        let start = self.bytes.len();
        match self.field(field, 0) {
            Ok(()) => Ok(Some(Source::Default { start, end: self.bytes.len() })),
            Err(Refusal::Infinite) => {
                self.bytes.truncate(start);
                Ok(None)
            }
            Err(Refusal::TooLarge) => Err(PlanError::TooLarge),
            Err(Refusal::WrongType) => {
                Err(PlanError::Default { record: record.clone(), field: field.name.clone() })
            }
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn field(&mut self, field: &'s Field, depth: usize) -> Result<(), Refusal> {
        let default = field.default.as_ref().ok_or(Refusal::WrongType)?;
        let value = self.reader.read(&field.ty, default).map_err(|_| match self.reader.budget() {
            0 => Refusal::TooLarge,
            _ => Refusal::WrongType,
        })?;
        self.value(&value, depth)
    }

    fn value(&mut self, value: &DefaultValue<'s>, depth: usize) -> Result<(), Refusal> {
        if self.bytes.len() > MOST {
            return Err(Refusal::TooLarge);
        }
        if depth > MOST_DEPTH {
            return Err(Refusal::Infinite);
        }
        match value {
            DefaultValue::Primitive(value, _) | DefaultValue::Logical(_, value) => self.primitive(value),
            DefaultValue::Array(items) => {
                self.count(items.len());
                items.iter().try_for_each(|item| self.value(item, depth + 1))?;
                self.bytes.push(0);
            }
            DefaultValue::Map(entries) => {
                self.count(entries.len());
                for (key, value) in entries {
                    write_block(&mut self.bytes, key.as_bytes());
                    self.value(value, depth + 1)?;
                }
                self.bytes.push(0);
            }
            DefaultValue::Union(index, value) => {
                write_length(&mut self.bytes, *index);
                self.value(value, depth + 1)?;
            }
            DefaultValue::Record(record, values) => {
                for (field, value) in record.fields.iter().zip(values) {
                    match value {
                        Some(value) => self.value(value, depth + 1)?,
                        None => self.field(field, depth + 1)?,
                    }
                }
            }
            DefaultValue::Enum(index, _) => write_length(&mut self.bytes, *index),
            DefaultValue::Fixed(_, bytes) => self.bytes.extend(bytes),
        }
        Ok(())
    }

    fn primitive(&mut self, value: &PrimitiveValue<'_>) {
        match value {
            PrimitiveValue::Null => {}
            PrimitiveValue::Boolean(value) => self.bytes.push(u8::from(*value)),
            PrimitiveValue::Int(value) => write_long(&mut self.bytes, i64::from(*value)),
            PrimitiveValue::Long(value) => write_long(&mut self.bytes, *value),
            PrimitiveValue::Float(value) => self.bytes.extend(value.to_le_bytes()),
            PrimitiveValue::Double(value) => self.bytes.extend(value.to_le_bytes()),
            PrimitiveValue::Bytes(bytes) => write_block(&mut self.bytes, bytes),
            PrimitiveValue::String(text) => write_block(&mut self.bytes, text.as_bytes()),
        }
    }

    fn count(&mut self, count: usize) {
        if count > 0 {
            write_length(&mut self.bytes, count);
        }
    }
}
