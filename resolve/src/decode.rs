use std::collections::BTreeMap;

use signalbook_model::{Definition, Name, Record, Schema, Type};

use crate::path::Step;
use crate::{DecodeError, DecodeProblem, MAX_DEPTH, Value};

/// Reads one datum of `schema` from all of `bytes` (Avro 1.12, "Binary Encoding").
///
/// No length is believed before the bytes are there, so that memory stays in proportion to the input.
///
/// # Errors
/// The first place where the bytes are no value of the schema.
pub fn decode(schema: &Schema, bytes: &[u8]) -> Result<Value, DecodeError> {
    let zero_sized = bytes.len().saturating_add(FREE_ZERO_SIZED);
    let mut decoder = Decoder { definitions: &schema.definitions, bytes, at: 0, depth: 0, zero_sized };
    let value = decoder.value(&schema.root)?;
    match bytes.len() - decoder.at {
        0 => Ok(value),
        count => Err(decoder.error(DecodeProblem::TrailingBytes { count })),
    }
}

/// How many values of zero bytes (nulls, say) a datum may hold beyond one for each of its bytes.
const FREE_ZERO_SIZED: usize = 1 << 16;

/// How many items are made room for before any is read.
const MOST_RESERVED: usize = 1024;

struct Decoder<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// How many more values of zero bytes may come.
    zero_sized: usize,
}

type Result<T, E = DecodeError> = std::result::Result<T, E>;

impl<'a> Decoder<'a> {
    fn value(&mut self, ty: &Type) -> Result<Value> {
        match ty {
            Type::Null => self.zero_sized(Value::Null),
            Type::Boolean => self.boolean(),
            Type::Int => self.int().map(Value::Int),
            Type::Long => self.long().map(Value::Long),
            Type::Float => self.array().map(|bytes| Value::Float(f32::from_le_bytes(bytes))),
            Type::Double => self.array().map(|bytes| Value::Double(f64::from_le_bytes(bytes))),
            Type::Bytes => self.block().map(|bytes| Value::Bytes(bytes.to_vec())),
            Type::String => self.string().map(Value::String),
            Type::Logical(logical) => self.value(&logical.base()),
            Type::Array(items) => self.deeper(|decoder| decoder.items(items)),
            Type::Map(values) => self.deeper(|decoder| decoder.entries(values)),
            Type::Union(branches) => self.deeper(|decoder| decoder.union(branches)),
            Type::Named(name) => self.named(name),
            Type::Annotated(annotated) => self.value(&annotated.ty),
        }
    }

    fn named(&mut self, name: &Name) -> Result<Value> {
        match self.definitions.get(name) {
            Some(Definition::Record(record)) => self.deeper(|decoder| decoder.record(record)),
            Some(Definition::Enum(definition)) => {
                let start = self.at;
                let (index, count) = (self.int()?, definition.symbols.len());
                match usize::try_from(index) {
                    Ok(index) if index < count => Ok(Value::Enum(index)),
                    Ok(_) | Err(_) => {
                        let name = name.clone();
                        Err(error_at(start, DecodeProblem::UnknownSymbol { name, index, count }))
                    }
                }
            }
            Some(Definition::Fixed(fixed)) if fixed.size == 0 => self.zero_sized(Value::Fixed(Vec::new())),
            Some(Definition::Fixed(fixed)) => self.take(fixed.size).map(|bytes| Value::Fixed(bytes.to_vec())),
            None => Err(self.error(DecodeProblem::UndefinedType(name.clone()))),
        }
    }

    fn record(&mut self, record: &Record) -> Result<Value> {
        if record.fields.is_empty() {
            return self.zero_sized(Value::Record(Vec::new()));
        }
        let values = record
            .fields
            .iter()
            .map(|field| self.value(&field.ty).map_err(|error| error.within(Step::Field(&field.name))));
        Ok(Value::Record(values.collect::<Result<_>>()?))
    }

    fn union(&mut self, branches: &[Type]) -> Result<Value> {
        let start = self.at;
        let index = self.long()?;
        match usize::try_from(index).ok().and_then(|index| Some((index, branches.get(index)?))) {
            Some((index, branch)) => Ok(Value::Union(index, Box::new(self.value(branch)?))),
            None => Err(error_at(start, DecodeProblem::UnknownBranch { index, count: branches.len() })),
        }
    }

    fn items(&mut self, ty: &Type) -> Result<Value> {
        let mut items = Vec::new();
        while let Some(count) = self.block_count()? {
            items.reserve(count.min(self.bytes.len() - self.at).min(MOST_RESERVED));
            for _ in 0..count {
                let item = self.value(ty).map_err(|error| error.within(Step::Item(items.len())))?;
                items.push(item);
            }
        }
        Ok(Value::Array(items))
    }

    fn entries(&mut self, ty: &Type) -> Result<Value> {
        let mut entries = BTreeMap::new();
        let mut index = 0;
        while let Some(count) = self.block_count()? {
            for _ in 0..count {
                let entry = self.string().and_then(|key| Ok((key, self.value(ty)?)));
                let (key, value) = entry.map_err(|error| error.within(Step::Entry(index)))?;
                entries.insert(key, value);
                index += 1;
            }
        }
        Ok(Value::Map(entries))
    }

    /// How many items the next block has; `None` after the last block.
    fn block_count(&mut self) -> Result<Option<usize>> {
        let start = self.at;
        let count = self.long()?;
        if count < 0 {
            self.length()?; // the block's size in bytes, for those who skip it
        }
        // More than memory can address cannot be there: the first missing item says so.
        let count = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        if count.saturating_sub(self.bytes.len() - self.at) > self.zero_sized {
            return Err(error_at(start, DecodeProblem::TooManyZeroSized));
        }
        Ok((count > 0).then_some(count))
    }

    fn boolean(&mut self) -> Result<Value> {
        let start = self.at;
        match self.array()? {
            [0] => Ok(Value::Boolean(false)),
            [1] => Ok(Value::Boolean(true)),
            [other] => Err(error_at(start, DecodeProblem::NotBoolean(other))),
        }
    }

    fn string(&mut self) -> Result<String> {
        let start = self.at;
        let bytes = self.block()?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(error_at(start, DecodeProblem::NotUtf8)),
        }
    }

    /// Bytes with their length before them.
    fn block(&mut self) -> Result<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// A number of bytes that are there.
    fn length(&mut self) -> Result<usize> {
        let start = self.at;
        let length = self.long()?;
        let left = self.bytes.len() - self.at;
        if length < 0 {
            return Err(error_at(start, DecodeProblem::NegativeLength(length)));
        }
        match usize::try_from(length) {
            Ok(length) if length <= left => Ok(length),
            Ok(_) | Err(_) => {
                let needed = length.unsigned_abs();
                Err(error_at(start, DecodeProblem::UnexpectedEnd { needed, left }))
            }
        }
    }

    fn int(&mut self) -> Result<i32> {
        let start = self.at;
        let encoded = self.varint(32)?;
        let encoded = u32::try_from(encoded)
            .map_err(|_| error_at(start, DecodeProblem::IntegerTooLong { bits: 32 }))?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    fn long(&mut self) -> Result<i64> {
        let encoded = self.varint(64)?;
        Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
    }

    /// Seven bits a byte, the lowest first, in no more bytes than `bits` need.
    fn varint(&mut self, bits: u32) -> Result<u64> {
        let start = self.at;
        let mut value = 0_u64;
        let mut shift = 0;
        loop {
            let [byte] = self.array()?;
            let part = u64::from(byte & 0x7f);
            if shift >= bits || (part << shift) >> shift != part {
                return Err(error_at(start, DecodeProblem::IntegerTooLong { bits }));
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.bytes[self.at..].first_chunk() {
            Some(chunk) => {
                self.at += N;
                Ok(*chunk)
            }
            None => Err(self.end(N)),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        match self.bytes[self.at..].get(..count) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => Err(self.end(count)),
        }
    }

    fn zero_sized(&mut self, value: Value) -> Result<Value> {
        match self.zero_sized.checked_sub(1) {
            Some(left) => {
                self.zero_sized = left;
                Ok(value)
            }
            None => Err(self.error(DecodeProblem::TooManyZeroSized)),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(DecodeProblem::TooDeep));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn end(&self, needed: usize) -> DecodeError {
        let left = self.bytes.len() - self.at;
        self.error(DecodeProblem::UnexpectedEnd { needed: needed as u64, left })
    }

    fn error(&self, problem: DecodeProblem) -> DecodeError {
        error_at(self.at, problem)
    }
}

fn error_at(offset: usize, problem: DecodeProblem) -> DecodeError {
    DecodeError { path: String::new(), offset, problem }
}
