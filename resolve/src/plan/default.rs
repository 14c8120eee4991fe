use std::collections::{BTreeMap, HashMap};

use signalbook_model::{Definition, Field, Json, Name, Primitive, Record, Schema, Type};

use super::PlanError;
use super::draft::Source;
use crate::wire::{write_block, write_length, write_long};

/// Encodes the defaults of a reader schema, one after the other.
pub(super) struct Defaults<'s> {
    definitions: &'s BTreeMap<Name, Definition>,
    bytes: Vec<u8>,
    /// The number of values, members and symbols that may still be used.
    budget: usize,
}

/// The largest number of bytes, and of values, that the defaults of a plan may have. Defaults of records that
/// leave out their fields may double with each level.
const MOST: usize = 1 << 22;

/// The largest depth of a default. A default that nests deeper counts as one that contains itself.
const MOST_DEPTH: usize = 128;

/// Why a default is not written.
enum Refusal {
    Misfit,
    Infinite,
    TooLarge,
}

impl<'s> Defaults<'s> {
    pub(super) fn new(reader: &'s Schema) -> Self {
        Self { definitions: &reader.definitions, bytes: Vec::new(), budget: MOST }
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
        let Field { name, ty, default: Some(default), .. } = &fields[index] else { return Ok(None) };
        let start = self.bytes.len();
        match self.value(ty, default, 0) {
            Ok(()) => Ok(Some(Source::Default { start, end: self.bytes.len() })),
            Err(Refusal::Infinite) => {
                self.bytes.truncate(start);
                Ok(None)
            }
            Err(Refusal::TooLarge) => Err(PlanError::TooLarge),
            Err(Refusal::Misfit) => Err(PlanError::Default { record: record.clone(), field: name.clone() }),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn value(&mut self, ty: &Type, json: &Json, depth: usize) -> Result<(), Refusal> {
        self.spend(1)?;
        if self.bytes.len() > MOST {
            return Err(Refusal::TooLarge);
        }
        if depth > MOST_DEPTH {
            return Err(Refusal::Infinite);
        }
        match (ty, json) {
            (Type::Primitive(Primitive::Null), Json::Null) => {}
            (Type::Primitive(Primitive::Boolean), Json::Bool(value)) => self.bytes.push(u8::from(*value)),
            (Type::Primitive(Primitive::Int), Json::Integer(value)) => {
                let value = i32::try_from(*value).map_err(|_| Refusal::Misfit)?;
                write_long(&mut self.bytes, i64::from(value));
            }
            (Type::Primitive(Primitive::Long), Json::Integer(value)) => {
                let value = i64::try_from(*value).map_err(|_| Refusal::Misfit)?;
                write_long(&mut self.bytes, value);
            }
            (Type::Primitive(Primitive::Float), json) => {
                let value = json.to_float().ok_or(Refusal::Misfit)?;
                self.bytes.extend(value.to_le_bytes());
            }
            (Type::Primitive(Primitive::Double), json) => {
                let value = json.to_double().ok_or(Refusal::Misfit)?;
                self.bytes.extend(value.to_le_bytes());
            }
            (Type::Primitive(Primitive::Bytes), Json::String(_)) => {
                write_block(&mut self.bytes, &json.to_bytes().ok_or(Refusal::Misfit)?);
            }
            (Type::Primitive(Primitive::String), Json::String(text)) => {
                write_block(&mut self.bytes, text.as_bytes());
            }
            (Type::Logical(logical), json) => self.value(&logical.base(), json, depth)?,
            (Type::Array(ty), Json::Array(items)) => {
                self.count(items.len());
                for item in items {
                    self.value(ty, item, depth + 1)?;
                }
                self.bytes.push(0);
            }
            (Type::Map(ty), Json::Object(members)) => {
                self.count(members.len());
                for (key, value) in members {
                    write_block(&mut self.bytes, key.as_bytes());
                    self.value(ty, value, depth + 1)?;
                }
                self.bytes.push(0);
            }
            (Type::Union(branches), json) => self.union(branches, json, depth + 1)?,
            (Type::Named(name), json) => self.named(name, json, depth + 1)?,
            (Type::Annotated(annotated), json) => self.value(&annotated.ty, json, depth)?,
            (Type::Primitive(_) | Type::Array(_) | Type::Map(_), _) => return Err(Refusal::Misfit),
        }
        Ok(())
    }

    /// Writes the default as a value of the first branch that accepts it. Avro 1.12 allows any branch.
    fn union(&mut self, branches: &[Type], json: &Json, depth: usize) -> Result<(), Refusal> {
        let start = self.bytes.len();
        for (index, branch) in branches.iter().enumerate() {
            write_length(&mut self.bytes, index);
            match self.value(branch, json, depth) {
                Err(Refusal::Misfit) => self.bytes.truncate(start),
                done @ (Ok(()) | Err(Refusal::Infinite | Refusal::TooLarge)) => return done,
            }
        }
        Err(Refusal::Misfit)
    }

    fn named(&mut self, name: &Name, json: &Json, depth: usize) -> Result<(), Refusal> {
        match (self.definitions.get(name), json) {
            (Some(Definition::Record(record)), Json::Object(members)) => self.record(record, members, depth),
            (Some(Definition::Enum(definition)), Json::String(symbol)) => {
                let index = definition.symbols.iter().position(|known| known == symbol);
                self.spend(index.unwrap_or(definition.symbols.len()))?;
                write_length(&mut self.bytes, index.ok_or(Refusal::Misfit)?);
                Ok(())
            }
            (Some(Definition::Fixed(fixed)), Json::String(_)) => {
                let bytes = json.to_bytes().filter(|bytes| bytes.len() == fixed.size);
                self.bytes.extend(bytes.ok_or(Refusal::Misfit)?);
                Ok(())
            }
            (Some(Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_)) | None, _) => {
                Err(Refusal::Misfit)
            }
        }
    }

    /// Writes a record. Fields with a default may be missing.
    fn record(&mut self, record: &Record, members: &[(String, Json)], depth: usize) -> Result<(), Refusal> {
        self.spend(members.len())?;
        // If several members have the same name, the first one is used.
        let members: HashMap<&str, &Json> =
            members.iter().rev().map(|(key, value)| (key.as_str(), value)).collect();
        for field in &record.fields {
            let given = members.get(field.name.as_str()).copied();
            self.value(&field.ty, given.or(field.default.as_ref()).ok_or(Refusal::Misfit)?, depth)?;
        }
        Ok(())
    }

    fn spend(&mut self, count: usize) -> Result<(), Refusal> {
        self.budget = self.budget.checked_sub(count).ok_or(Refusal::TooLarge)?;
        Ok(())
    }

    fn count(&mut self, count: usize) {
        if count > 0 {
            write_length(&mut self.bytes, count);
        }
    }
}
