use crate::{Json, Type};

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

/// A value of a primitive type.
#[derive(Clone, Debug, PartialEq)]
pub enum PrimitiveValue<'a> {
    /// `null`
    Null,
    /// `boolean`
    Boolean(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
    /// `bytes`
    Bytes(Vec<u8>),
    /// `string`
    String(&'a str),
}

impl Primitive {
    /// Reads `json` as a value of this type. A number for a float is rounded. Bytes are a string of one code
    /// point from U+0000 to U+00FF for each byte. Returns `None` if `json` is not a value of this type.
    pub fn read(self, json: &Json) -> Option<PrimitiveValue<'_>> {
        match (self, json) {
            (Self::Null, Json::Null) => Some(PrimitiveValue::Null),
            (Self::Boolean, Json::Bool(value)) => Some(PrimitiveValue::Boolean(*value)),
            (Self::Int, Json::Integer(value)) => i32::try_from(*value).ok().map(PrimitiveValue::Int),
            (Self::Long, Json::Integer(value)) => i64::try_from(*value).ok().map(PrimitiveValue::Long),
            (Self::Float, json) => json.to_float().map(PrimitiveValue::Float),
            (Self::Double, json) => json.to_double().map(PrimitiveValue::Double),
            (Self::Bytes, json) => json.to_bytes().map(PrimitiveValue::Bytes),
            (Self::String, json) => json.as_str().map(PrimitiveValue::String),
            (Self::Null | Self::Boolean | Self::Int | Self::Long, _) => None,
        }
    }

    /// Describes the JSON form of a value, for messages: `an integer of 32 bits`.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Int => "an integer of 32 bits",
            Self::Long => "an integer of 64 bits",
            Self::Float => "a number that a float can hold",
            Self::Double => "a number",
            Self::Bytes => "a string of characters from U+0000 to U+00FF, one per byte",
            Self::String => "a string",
        }
    }
}

impl PrimitiveValue<'_> {
    /// Returns the JSON form in an Avro schema.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Boolean(value) => Json::Bool(*value),
            Self::Int(value) => Json::Integer((*value).into()),
            Self::Long(value) => Json::Integer((*value).into()),
            Self::Float(value) => Json::Float((*value).into()),
            Self::Double(value) => Json::Float(*value),
            Self::Bytes(bytes) => Json::of_bytes(bytes),
            Self::String(text) => Json::string(text),
        }
    }
}

impl From<Primitive> for Type {
    fn from(primitive: Primitive) -> Self {
        Self::Primitive(primitive)
    }
}
