use std::collections::BTreeMap;

use crate::{Json, Type};

/// Attributes of a schema that the specification does not name, kept as they were.
pub type Attributes = BTreeMap<String, Json>;

/// A named type; its name is the key under which a [`Registry`](crate::Registry) or [`Schema`](crate::Schema) holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// Fields in order.
    Record(Record),
    /// One symbol of a list.
    Enum(Enum),
    /// A number of bytes.
    Fixed(Fixed),
}

/// A record: its fields, one after the other, are its encoding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What it is, for people; lines separated by `\n`.
    pub doc: Option<String>,
    /// Other names under which a reader of this type finds a writer's, as written.
    pub aliases: Vec<String>,
    /// The fields, in the order of the wire.
    pub fields: Vec<Field>,
    /// Whether the schema says `error` in place of `record`.
    pub error: bool,
    /// Custom attributes.
    pub attributes: Attributes,
}

/// An enum: the index of one of its symbols.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// What it is, for people.
    pub doc: Option<String>,
    /// Other names, as for a record.
    pub aliases: Vec<String>,
    /// The symbols, in the order of their indices.
    pub symbols: Vec<String>,
    /// Avro's `default`: the symbol that a reader takes for one that it does not know.
    pub fallback: Option<String>,
    /// Custom attributes.
    pub attributes: Attributes,
}

/// A fixed: exactly `size` bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fixed {
    /// What it is, for people.
    pub doc: Option<String>,
    /// Other names, as for a record.
    pub aliases: Vec<String>,
    /// How many bytes.
    pub size: usize,
    /// What the bytes mean.
    pub logical: Option<FixedLogical>,
    /// Custom attributes.
    pub attributes: Attributes,
}

/// The logical types over a fixed (Avro 1.12, "Logical Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedLogical {
    /// An unscaled two's complement integer, big endian.
    Decimal {
        /// The most digits; at least 1, and no more than the size holds.
        precision: u32,
        /// Digits after the point; at most `precision`.
        scale: u32,
    },
    /// 12 bytes: months, days, milliseconds, each 32 bits little endian.
    Duration,
    /// 16 bytes: a UUID.
    Uuid,
}

/// A field of a record, or of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name on the wire's side: in the schema.
    pub name: String,
    /// What it is, for people.
    pub doc: Option<String>,
    /// Other names under which a reader finds a writer's field.
    pub aliases: Vec<String>,
    /// Its type.
    pub ty: Type,
    /// What a reader takes where the writer's schema lacks the field.
    pub default: Option<Json>,
    /// How it takes part in sorting.
    pub order: Order,
    /// The class of personal data that it holds, as the registry names it (`email`, `name`, …).
    pub pii: Option<String>,
    /// Custom attributes.
    pub attributes: Attributes,
}

impl Field {
    /// A field with a name and a type and nothing else.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self {
            name: name.into(),
            doc: None,
            aliases: Vec::new(),
            ty,
            default: None,
            order: Order::Ascending,
            pii: None,
            attributes: Attributes::new(),
        }
    }
}

/// A field's sort order (Avro 1.12, "Sort Order").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Smaller first.
    #[default]
    Ascending,
    /// Larger first.
    Descending,
    /// Left out of comparisons.
    Ignore,
}
