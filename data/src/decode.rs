use std::collections::BTreeMap;

use signalbook_model::{Definition, Name, Primitive, Record, Schema, Type};
use signalbook_resolve::wire::{Cursor, Segment};

use crate::{DecodeError, DecodeProblem, MAX_DEPTH, Value};

/// Decodes `bytes` as one datum of `schema` (Avro 1.12, "Binary Encoding").
///
/// Lengths are checked against the remaining bytes, so that memory is proportional to the input.
///
/// # Errors
/// Returns the first part of the bytes that is not a value of the schema.
pub fn decode(schema: &Schema, bytes: &[u8]) -> Result<Value, DecodeError> {
    let mut decoder = Decoder::new(schema, Cursor::new(bytes));
    let value = decoder.root().and_then(|value| decoder.input.end().map(|()| value));
    value.map_err(|error| *error)
}

/// Decodes the datum at the start of `bytes`. Also returns its length.
///
/// # Errors
/// Returns the errors of [`decode`]. Bytes after the datum are not an error.
pub fn decode_first(schema: &Schema, bytes: &[u8]) -> Result<(Value, usize), DecodeError> {
    let mut decoder = Decoder::new(schema, Cursor::new(bytes));
    let value = decoder.root().map_err(|error| *error)?;
    Ok((value, decoder.input.at()))
}

/// The largest number of items for which memory is reserved before they are read.
const MOST_RESERVED: usize = 1024;

pub(crate) struct Decoder<'a> {
    schema: &'a Schema,
    pub(crate) input: Cursor<'a>,
    depth: usize,
}

type Result<T, E = Box<DecodeError>> = std::result::Result<T, E>;

impl<'a> Decoder<'a> {
    pub(crate) fn new(schema: &'a Schema, input: Cursor<'a>) -> Self {
        Self { schema, input, depth: 0 }
    }

    /// Reads a datum of the schema.
    pub(crate) fn root(&mut self) -> Result<Value> {
        self.value(&self.schema.root)
    }

    fn value(&mut self, ty: &Type) -> Result<Value> {
        match ty {
            Type::Primitive(Primitive::Null) => self.input.zero_sized().map(|()| Value::Null),
            Type::Primitive(Primitive::Boolean) => self.input.boolean().map(Value::Boolean),
            Type::Primitive(Primitive::Int) => self.input.int().map(Value::Int),
            Type::Primitive(Primitive::Long) => self.input.long().map(Value::Long),
            Type::Primitive(Primitive::Float) => {
                self.input.array().map(|bytes| Value::Float(f32::from_le_bytes(bytes)))
            }
            Type::Primitive(Primitive::Double) => {
                self.input.array().map(|bytes| Value::Double(f64::from_le_bytes(bytes)))
            }
            Type::Primitive(Primitive::Bytes) => self.input.block().map(|bytes| Value::Bytes(bytes.to_vec())),
            Type::Primitive(Primitive::String) => {
                self.input.text().map(|text| Value::String(text.to_owned()))
            }
            Type::Logical(logical) => self.value(&logical.base()),
            Type::Array(items) => self.deeper(|decoder| decoder.items(items)),
            Type::Map(values) => self.deeper(|decoder| decoder.entries(values)),
            Type::Union(branches) => self.deeper(|decoder| decoder.union(branches)),
            Type::Named(name) => self.named(name),
            Type::Annotated(annotated) => self.value(&annotated.ty),
        }
    }

    fn named(&mut self, name: &Name) -> Result<Value> {
        match self.schema.definitions.get(name) {
            Some(Definition::Record(record)) => self.deeper(|decoder| decoder.record(record)),
            Some(Definition::Enum(definition)) => {
                let start = self.input.at();
                let (index, count) = (self.input.int()?, definition.symbols.len());
                match usize::try_from(index) {
                    Ok(index) if index < count => Ok(Value::Enum(index)),
                    Ok(_) | Err(_) => {
                        let name = name.clone();
                        Err(DecodeError::at(start, DecodeProblem::UnknownSymbol { name, index, count }))
                    }
                }
            }
            Some(Definition::Fixed(fixed)) if fixed.size == 0 => {
                self.input.zero_sized().map(|()| Value::Fixed(Vec::new()))
            }
            Some(Definition::Fixed(fixed)) => {
                self.input.take(fixed.size).map(|bytes| Value::Fixed(bytes.to_vec()))
            }
            None => Err(self.input.error(DecodeProblem::UndefinedType(name.clone()))),
        }
    }

    fn record(&mut self, record: &Record) -> Result<Value> {
        if record.fields.is_empty() {
            return self.input.zero_sized().map(|()| Value::Record(Vec::new()));
        }
        let values = record
            .fields
            .iter()
            .map(|field| self.value(&field.ty).map_err(|error| error.within(Segment::Field(&field.name))));
        Ok(Value::Record(values.collect::<Result<_>>()?))
    }

    fn union(&mut self, branches: &[Type]) -> Result<Value> {
        let start = self.input.at();
        let index = self.input.int()?;
        match usize::try_from(index).ok().and_then(|index| Some((index, branches.get(index)?))) {
            Some((index, branch)) => Ok(Value::Union(index, Box::new(self.value(branch)?))),
            None => {
                Err(DecodeError::at(start, DecodeProblem::UnknownBranch { index, count: branches.len() }))
            }
        }
    }

    fn items(&mut self, ty: &Type) -> Result<Value> {
        let mut items = Vec::new();
        while let Some(count) = self.input.items()? {
            items.reserve(count.min(self.input.left()).min(MOST_RESERVED));
            for _ in 0..count {
                let item = self.value(ty).map_err(|error| error.within(Segment::Item(items.len())))?;
                items.push(item);
            }
        }
        Ok(Value::Array(items))
    }

    fn entries(&mut self, ty: &Type) -> Result<Value> {
        let mut entries = BTreeMap::new();
        let mut index = 0;
        while let Some(count) = self.input.items()? {
            for _ in 0..count {
                let entry = self.input.text().and_then(|key| Ok((key.to_owned(), self.value(ty)?)));
                let (key, value) = entry.map_err(|error| error.within(Segment::Entry(index)))?;
                entries.insert(key, value);
                index += 1;
            }
        }
        Ok(Value::Map(entries))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.input.error(DecodeProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
