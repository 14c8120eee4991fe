//! An event with fields of every type that has a codec, in an owned and a borrowed form. Shared with the fuzz
//! target.

use std::borrow::Cow;
use std::collections::BTreeMap;

use signalbook::{Duration, Enum, Event, Record};

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(type = "com.example.shop.rich.written.v1", key = "text")]
pub(crate) struct Rich {
    pub(crate) boolean: bool,
    pub(crate) int: i32,
    pub(crate) long: i64,
    pub(crate) float: f32,
    pub(crate) double: f64,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) nothing: (),
    pub(crate) optional: Option<String>,
    #[avro(default = 7)]
    pub(crate) second: Option<i32>,
    pub(crate) list: Vec<Vec<i64>>,
    pub(crate) map: BTreeMap<String, Option<f64>>,
    pub(crate) empty: Vec<Empty>,
    pub(crate) tree: Option<Box<Tree>>,
    pub(crate) choice: Choice,
    pub(crate) channel: Channel,
    pub(crate) digest: Digest,
    #[avro(logical = "timestamp-micros")]
    pub(crate) time: i64,
    pub(crate) lasting: Duration,
    pub(crate) nested: Vec<BTreeMap<String, Vec<Channel>>>,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(type = "com.example.shop.rich.written.v1", key = "text")]
pub(crate) struct RichRef<'a> {
    pub(crate) boolean: bool,
    pub(crate) int: i32,
    pub(crate) long: i64,
    pub(crate) float: f32,
    pub(crate) double: f64,
    pub(crate) text: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) nothing: (),
    pub(crate) optional: Option<Cow<'a, str>>,
    #[avro(default = 7)]
    pub(crate) second: Option<i32>,
    pub(crate) list: Vec<Vec<i64>>,
    pub(crate) map: BTreeMap<String, Option<f64>>,
    pub(crate) empty: Vec<Empty>,
    pub(crate) tree: Option<Box<Tree>>,
    pub(crate) choice: ChoiceRef<'a>,
    pub(crate) channel: Channel,
    pub(crate) digest: Digest,
    #[avro(logical = "timestamp-micros")]
    pub(crate) time: i64,
    pub(crate) lasting: Duration,
    pub(crate) nested: Vec<BTreeMap<String, Vec<Channel>>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Record)]
pub(crate) struct Empty {}

#[derive(Clone, Debug, Default, PartialEq, Record)]
pub(crate) struct Tree {
    pub(crate) name: String,
    pub(crate) children: Vec<Tree>,
    pub(crate) next: Option<Box<Tree>>,
}

#[derive(Clone, Debug, Default, PartialEq, Enum)]
pub(crate) enum Choice {
    #[default]
    Null,
    Number(i32),
    Tree(Tree),
    Text(String),
    Raw(Vec<u8>),
    Digest(Digest),
    Items(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Enum)]
pub(crate) enum ChoiceRef<'a> {
    Null,
    Number(i32),
    Tree(Tree),
    Text(&'a str),
    Raw(Cow<'a, [u8]>),
    Digest(Digest),
    Items(Vec<&'a str>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Enum)]
#[enumeration(fallback = "WEB")]
pub(crate) enum Channel {
    #[default]
    Web,
    Shop,
    Phone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Record)]
#[record(logical = "decimal(9,2)")]
pub(crate) struct Digest(pub(crate) [u8; 5]);
