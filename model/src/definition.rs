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

impl Definition {
    /// What it is, for people.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Self::Record(record) => record.doc.as_deref(),
            Self::Enum(definition) => definition.doc.as_deref(),
            Self::Fixed(fixed) => fixed.doc.as_deref(),
        }
    }

    /// What it is, for people, to change it.
    pub fn doc_mut(&mut self) -> &mut Option<String> {
        match self {
            Self::Record(record) => &mut record.doc,
            Self::Enum(definition) => &mut definition.doc,
            Self::Fixed(fixed) => &mut fixed.doc,
        }
    }

    /// Other names under which a reader of this type finds a writer's, as written.
    pub fn aliases(&self) -> &[String] {
        match self {
            Self::Record(record) => &record.aliases,
            Self::Enum(definition) => &definition.aliases,
            Self::Fixed(fixed) => &fixed.aliases,
        }
    }
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

impl FixedLogical {
    /// The value of the attribute `logicalType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decimal { .. } => "decimal",
            Self::Duration => "duration",
            Self::Uuid => "uuid",
        }
    }

    /// Whether a fixed of `size` bytes can hold it.
    pub fn fits(self, size: usize) -> bool {
        match self {
            Self::Decimal { precision, scale } => {
                precision >= 1 && scale <= precision && precision <= Self::most_digits(size)
            }
            Self::Duration => size == 12,
            Self::Uuid => size == 16,
        }
    }

    /// How many digits every signed integer of `size` bytes can hold: floor(log10(2^(8 * size - 1) - 1)).
    fn most_digits(size: usize) -> u32 {
        // log10(2) to 18 digits; exact for every size whose digits fit an `u32`, as powers of two keep off powers of ten.
        const LOG10_2: u128 = 301_029_995_663_981_195;
        let bits = (size as u128 * 8).saturating_sub(1);
        u32::try_from(bits * LOG10_2 / 1_000_000_000_000_000_000).unwrap_or(u32::MAX)
    }
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
