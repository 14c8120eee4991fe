use std::collections::BTreeMap;

use crate::{Json, Type};

/// The attributes of a schema that the specification does not define.
pub type Attributes = BTreeMap<String, Json>;

/// A named type. A [`Registry`](crate::Registry) or [`Schema`](crate::Schema) stores it under its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// A sequence of fields.
    Record(Record),
    /// One of several symbols.
    Enum(Enum),
    /// A fixed number of bytes.
    Fixed(Fixed),
}

impl Definition {
    /// Returns the documentation.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Self::Record(record) => record.doc.as_deref(),
            Self::Enum(definition) => definition.doc.as_deref(),
            Self::Fixed(fixed) => fixed.doc.as_deref(),
        }
    }

    /// Returns the documentation, to change it.
    pub fn doc_mut(&mut self) -> &mut Option<String> {
        match self {
            Self::Record(record) => &mut record.doc,
            Self::Enum(definition) => &mut definition.doc,
            Self::Fixed(fixed) => &mut fixed.doc,
        }
    }

    /// Returns the aliases, as written: other names under which a reader finds a type of the writer.
    pub fn aliases(&self) -> &[String] {
        match self {
            Self::Record(record) => &record.aliases,
            Self::Enum(definition) => &definition.aliases,
            Self::Fixed(fixed) => &fixed.aliases,
        }
    }
}

/// A record. Its encoding is the encoding of its fields, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The documentation, with lines separated by `\n`.
    pub doc: Option<String>,
    /// The aliases, as written: other names under which a reader finds a type of the writer.
    pub aliases: Vec<String>,
    /// The fields, in the order on the wire.
    pub fields: Vec<Field>,
    /// Whether the schema has the type `error` in place of `record`.
    pub error: bool,
    /// Custom attributes.
    pub attributes: Attributes,
}

/// An enum. Its encoding is the index of a symbol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// The documentation.
    pub doc: Option<String>,
    /// The aliases, as for a record.
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
    /// The documentation.
    pub doc: Option<String>,
    /// The aliases, as for a record.
    pub aliases: Vec<String>,
    /// The number of bytes.
    pub size: usize,
    /// The logical type.
    pub logical: Option<FixedLogical>,
    /// Custom attributes.
    pub attributes: Attributes,
}

/// The logical types of a fixed (Avro 1.12, "Logical Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedLogical {
    /// An unscaled two's complement integer, big endian.
    Decimal {
        /// The maximum number of digits: at least 1, and at most what the size can hold.
        precision: u32,
        /// The number of digits after the point: at most `precision`.
        scale: u32,
    },
    /// 12 bytes: months, days, milliseconds, each 32 bits little endian.
    Duration,
    /// 16 bytes: a UUID.
    Uuid,
}

impl FixedLogical {
    /// Returns the value of the attribute `logicalType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decimal { .. } => "decimal",
            Self::Duration => "duration",
            Self::Uuid => "uuid",
        }
    }

    /// Returns true if a fixed of `size` bytes can have this logical type.
    pub fn fits(self, size: usize) -> bool {
        match self {
            Self::Decimal { precision, scale } => {
                precision >= 1 && scale <= precision && precision <= Self::most_digits(size)
            }
            Self::Duration => size == 12,
            Self::Uuid => size == 16,
        }
    }

    /// Returns the maximum number of decimal digits of a fixed of `size` bytes:
    /// `floor(log10(2^(8 * size - 1) - 1))`.
    pub fn most_digits(size: usize) -> u32 {
        // log10(2) with 18 digits. The result is exact for every size whose number of digits fits a `u32`,
        // because powers of two are not close to powers of ten.
        const LOG10_2: u128 = 301_029_995_663_981_195;
        let bits = (size as u128 * 8).saturating_sub(1);
        u32::try_from(bits * LOG10_2 / 1_000_000_000_000_000_000).unwrap_or(u32::MAX)
    }
}

/// A field of a record, or of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name in the schema.
    pub name: String,
    /// The documentation.
    pub doc: Option<String>,
    /// The aliases: other names under which a reader finds a field of the writer.
    pub aliases: Vec<String>,
    /// The type.
    pub ty: Type,
    /// The value that a reader takes if the writer schema does not have the field.
    pub default: Option<Json>,
    /// The sort order.
    pub order: Order,
    /// The class of personal data in the field (`email`, `name`, …).
    pub pii: Option<String>,
    /// Custom attributes.
    pub attributes: Attributes,
}

impl Field {
    /// Creates a field that has only a name and a type.
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
    /// Smaller values first.
    #[default]
    Ascending,
    /// Larger values first.
    Descending,
    /// The field is ignored in comparisons.
    Ignore,
}
