use crate::Type;

/// The types without parts (Avro 1.12, "Primitive Types").
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
    /// A length and as many bytes.
    Bytes,
    /// A length and as many bytes of UTF-8.
    String,
}

impl Primitive {
    /// Whether this type reads what `writer` wrote (Avro 1.12, "Schema Resolution").
    pub fn reads(self, writer: Self) -> bool {
        match self {
            Self::Null | Self::Boolean | Self::Int => writer == self,
            Self::Long => matches!(writer, Self::Int | Self::Long),
            Self::Float => matches!(writer, Self::Int | Self::Long | Self::Float),
            Self::Double => matches!(writer, Self::Int | Self::Long | Self::Float | Self::Double),
            Self::Bytes | Self::String => matches!(writer, Self::Bytes | Self::String),
        }
    }

    /// All of them, in the specification's order.
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

    /// The type with Avro's name `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|primitive| primitive.name() == name)
    }

    /// Avro's name for it.
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
