use crate::Type;

/// The types without parts (Avro 1.12, "Primitive Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Primitive {
    /// No value.
    Null,
    /// One byte.
    Boolean,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// IEEE 754, 4 bytes.
    Float,
    /// IEEE 754, 8 bytes.
    Double,
    /// Any bytes.
    Bytes,
    /// UTF-8.
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
        match primitive {
            Primitive::Null => Self::Null,
            Primitive::Boolean => Self::Boolean,
            Primitive::Int => Self::Int,
            Primitive::Long => Self::Long,
            Primitive::Float => Self::Float,
            Primitive::Double => Self::Double,
            Primitive::Bytes => Self::Bytes,
            Primitive::String => Self::String,
        }
    }
}
