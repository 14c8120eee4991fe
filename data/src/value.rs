use std::collections::BTreeMap;
use std::fmt;

use signalbook_model::{Definition, Name, PrimitiveValue};
use signalbook_resolve::wire::{Segment, path_within, write_path};

/// A datum without a Rust type. Its meaning depends on the schema.
///
/// The values of a logical type are those of its base type. The entries of a map are in the order of their
/// keys, because their order on the wire has no meaning.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A null.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An int.
    Int(i32),
    /// A long.
    Long(i64),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A string.
    String(String),
    /// The items of an array.
    Array(Vec<Value>),
    /// The values of a map, by key.
    Map(BTreeMap<String, Value>),
    /// A value of a union: the index of the branch, and the value.
    Union(usize, Box<Value>),
    /// The values of the fields of a record, in the order of the fields.
    Record(Vec<Value>),
    /// The index of a symbol.
    Enum(usize),
    /// The bytes of a fixed type.
    Fixed(Vec<u8>),
}

impl Value {
    /// Returns the kind of value, for messages: `a long`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Int(_) => "an int",
            Self::Long(_) => "a long",
            Self::Float(_) => "a float",
            Self::Double(_) => "a double",
            Self::Bytes(_) => "bytes",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
            Self::Union(..) => "a branch of a union",
            Self::Record(_) => "a record",
            Self::Enum(_) => "a symbol of an enum",
            Self::Fixed(_) => "a fixed",
        }
    }
}

impl Value {
    /// Returns the value of a primitive type. Returns `None` if it is of another type.
    pub(crate) fn as_primitive(&self) -> Option<PrimitiveValue<'_>> {
        Some(match self {
            Self::Null => PrimitiveValue::Null,
            Self::Boolean(value) => PrimitiveValue::Boolean(*value),
            Self::Int(value) => PrimitiveValue::Int(*value),
            Self::Long(value) => PrimitiveValue::Long(*value),
            Self::Float(value) => PrimitiveValue::Float(*value),
            Self::Double(value) => PrimitiveValue::Double(*value),
            Self::Bytes(bytes) => PrimitiveValue::Bytes(bytes.clone()),
            Self::String(text) => PrimitiveValue::String(text),
            Self::Array(_)
            | Self::Map(_)
            | Self::Union(..)
            | Self::Record(_)
            | Self::Enum(_)
            | Self::Fixed(_) => return None,
        })
    }
}

impl From<PrimitiveValue<'_>> for Value {
    fn from(value: PrimitiveValue<'_>) -> Self {
        match value {
            PrimitiveValue::Null => Self::Null,
            PrimitiveValue::Boolean(value) => Self::Boolean(value),
            PrimitiveValue::Int(value) => Self::Int(value),
            PrimitiveValue::Long(value) => Self::Long(value),
            PrimitiveValue::Float(value) => Self::Float(value),
            PrimitiveValue::Double(value) => Self::Double(value),
            PrimitiveValue::Bytes(bytes) => Self::Bytes(bytes),
            PrimitiveValue::String(text) => Self::String(text.to_owned()),
        }
    }
}

/// An error: a value does not conform to the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The path in the value: `order.lines[3].sku`. Empty for the whole value.
    pub path: String,
    /// What the schema expects there.
    pub expected: String,
    /// The kind of the value there.
    pub found: &'static str,
}

impl Mismatch {
    pub(crate) fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self { path: String::new(), expected: expected.into(), found: found.kind() }
    }

    /// Creates an error for a value that does not conform to the definition `name`.
    pub(crate) fn of(name: &Name, definition: Option<&Definition>, found: &Value) -> Self {
        let expected = match definition {
            Some(Definition::Record(record)) => {
                format!("a record of `{name}`, with {} fields", record.fields.len())
            }
            Some(Definition::Enum(definition)) => {
                format!("one of the {} symbols of `{name}`", definition.symbols.len())
            }
            Some(Definition::Fixed(fixed)) => format!("the {} bytes of `{name}`", fixed.size),
            None => format!("`{name}`, which the schema does not define"),
        };
        Self::new(expected, found)
    }

    pub(crate) fn within(mut self, segment: Segment<'_>) -> Self {
        self.path = path_within(segment, &self.path);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.path)?;
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for Mismatch {}
