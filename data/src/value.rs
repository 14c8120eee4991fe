use std::collections::BTreeMap;
use std::fmt;

use signalbook_model::{Definition, Name};
use signalbook_resolve::wire::{Step, path_within, write_place};

/// A datum without a type of its own; the schema says what it means.
///
/// Logical types are the values of their base. A map's entries are in the order of their keys, as the wire
/// gives them no order that means anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// 32 bits.
    Int(i32),
    /// 64 bits.
    Long(i64),
    /// A single precision float.
    Float(f32),
    /// A double precision float.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    String(String),
    /// Items in order.
    Array(Vec<Value>),
    /// Values by key.
    Map(BTreeMap<String, Value>),
    /// A union's value: the index of its branch, and the value of that branch.
    Union(usize, Box<Value>),
    /// The values of the fields, in the order of the fields.
    Record(Vec<Value>),
    /// The index of a symbol.
    Enum(usize),
    /// As many bytes as the type says.
    Fixed(Vec<u8>),
}

impl Value {
    /// What kind of value it is, for messages: `a long`.
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

/// A value that is none of the schema's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the value: `order.lines[3].sku`; empty for the whole.
    pub path: String,
    /// What the schema has there.
    pub expected: String,
    /// The kind of what is there.
    pub found: &'static str,
}

impl Mismatch {
    pub(crate) fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self { path: String::new(), expected: expected.into(), found: found.kind() }
    }

    /// A value that is none of the named type.
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

    pub(crate) fn within(mut self, step: Step<'_>) -> Self {
        self.path = path_within(step, &self.path);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, &self.path)?;
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for Mismatch {}
