//! An event of the types that `Rich` lacks: adapters, open enums, generics, and hand-written codecs.

use std::collections::{BTreeMap, HashMap};

use signalbook::model::{Builder, Primitive, Type};
use signalbook::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder, Enum,
    Event, Record, wire,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Event)]
#[event(type = "com.example.shop.adapted.written.v1")]
pub(crate) struct Adapted {
    #[avro(as = "wire::UuidFixed")]
    pub(crate) id: Uuid,
    #[avro(as = "Backwards")]
    pub(crate) text: String,
    #[avro(as = "Option<Box<wire::UuidFixed>>")]
    pub(crate) optional: Option<Box<Uuid>>,
    #[avro(as = "Option<Backwards>", default = "x")]
    pub(crate) second: Option<String>,
    #[avro(as = "Vec<Option<Backwards>>")]
    pub(crate) list: Vec<Option<String>>,
    #[avro(as = "BTreeMap<String, Backwards>")]
    pub(crate) map: BTreeMap<String, String>,
    pub(crate) hashed: HashMap<String, Level>,
    pub(crate) level: Level,
    pub(crate) levels: Vec<Level>,
    pub(crate) kept: Kept,
    pub(crate) maybe: Option<Kept>,
    pub(crate) count: Count,
    pub(crate) counts: Option<Vec<Count>>,
    pub(crate) numbers: Page<i64>,
    pub(crate) pages: Box<Page<Kept>>,
    // Names that the derive uses as well.
    pub(crate) input: i32,
    pub(crate) place: Option<bool>,
    pub(crate) fields: Vec<i32>,
    pub(crate) field: i64,
    pub(crate) field0: String,
    pub(crate) value: bool,
    pub(crate) r#type: (),
    pub(crate) either: Either,
}

/// An enum without a fallback.
#[derive(Clone, Copy, Debug, PartialEq, Enum)]
pub(crate) enum Level {
    Low,
    Middle,
    High,
}

/// An open enum: keeps unknown symbols.
#[derive(Clone, Debug, PartialEq, Enum)]
#[enumeration(fallback = "POST")]
pub(crate) enum Kept {
    Post,
    Courier,
    Van,
    #[avro(open)]
    Unknown(Box<str>),
}

#[derive(Clone, Debug, PartialEq, Enum)]
pub(crate) enum Either {
    Level(Level),
    Null,
    Page(Page<i64>),
    #[avro(as = "Backwards")]
    Text(String),
    Count(Count),
}

#[derive(Clone, Debug, PartialEq, Record)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<T>,
    pub(crate) total: i64,
}

/// An adapter that writes text in reverse.
#[derive(Debug)]
pub(crate) struct Backwards;

impl Describe for Backwards {
    fn describe(_: &mut Builder) -> Type {
        Type::STRING
    }
}

impl Branch for Backwards {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::String);
}

impl EncodeAs<String> for Backwards {
    fn encode_as(value: &String, out: &mut Encoder<'_>) {
        out.string(&value.chars().rev().collect::<String>());
    }
}

impl<'de> DecodeAs<'de, String> for Backwards {
    fn decode_as(input: &mut Decoder<'de>) -> Result<String, DecodeError> {
        Ok(input.string()?.chars().rev().collect())
    }
}

/// A long with a hand-written codec.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Count(i64);

impl Describe for Count {
    fn describe(_: &mut Builder) -> Type {
        Type::LONG
    }
}

impl Branch for Count {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::Long);
}

impl Encode for Count {
    fn encode(&self, out: &mut Encoder<'_>) {
        out.long(self.0);
    }
}

impl<'de> Decode<'de> for Count {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        input.long().map(Self)
    }
}
