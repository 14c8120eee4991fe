use crate::Type;

/// The primitive types (Avro 1.12, "Primitive Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Primitive {
    /// No value; zero bytes.
    Null,
    /// One byte, 0 or 1.
    Boolean,
    /// 32 bits, zigzag varint.
    Int,
    /// 64 bits, zigzag varint.
    Long,
    /// 4 bytes, IEEE 754, little endian.
    Float,
    /// 8 bytes, IEEE 754, little endian.
    Double,
    /// A length and that number of bytes.
    Bytes,
    /// A length and that number of bytes of UTF-8.
    String,
}

impl Primitive {
    /// Returns true if a reader with this type can read data of the type `writer` (Avro 1.12, "Schema
    /// Resolution").
    pub fn reads(self, writer: Self) -> bool {
        match self {
            Self::Null | Self::Boolean | Self::Int => writer == self,
            Self::Long => matches!(writer, Self::Int | Self::Long),
            Self::Float => matches!(writer, Self::Int | Self::Long | Self::Float),
            Self::Double => matches!(writer, Self::Int | Self::Long | Self::Float | Self::Double),
            Self::Bytes | Self::String => matches!(writer, Self::Bytes | Self::String),
        }
    }

    /// All primitive types, in the order of the specification.
    pub const ALL: [Self; 8] = [
        Self::Null,
        Self::Boolean,
        Self::Int,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Bytes,
        Self::String,
    ];

    /// Returns the type with the Avro name `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|primitive| primitive.name() == name)
    }

    /// Returns the Avro name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }
}

impl From<Primitive> for Type {
    fn from(primitive: Primitive) -> Self {
        Self::Primitive(primitive)
    }
}
