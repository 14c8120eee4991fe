//! The built-in types of the registry language.

use signalbook_model::{Logical, Primitive};

/// A built-in type. It needs no declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// A primitive type of Avro.
    Primitive(Primitive),
    /// A logical type that has only one wire form.
    Logical(Logical),
    /// Months, days and milliseconds, in a fixed of 12 bytes named
    /// [`DURATION`](signalbook_model::fixed_names::DURATION).
    Duration,
    /// A UUID. The setting `uuid` is its wire form.
    Uuid,
    /// A point in time. The setting `datetime` is its wire form.
    DateTime,
}

const NAMES: &[(&str, Builtin)] = &[
    ("date", Builtin::Logical(Logical::Date)),
    ("time-millis", Builtin::Logical(Logical::TimeMillis)),
    ("time-micros", Builtin::Logical(Logical::TimeMicros)),
    ("timestamp-millis", Builtin::Logical(Logical::TimestampMillis)),
    ("timestamp-micros", Builtin::Logical(Logical::TimestampMicros)),
    ("timestamp-nanos", Builtin::Logical(Logical::TimestampNanos)),
    ("local-timestamp-millis", Builtin::Logical(Logical::LocalTimestampMillis)),
    ("local-timestamp-micros", Builtin::Logical(Logical::LocalTimestampMicros)),
    ("local-timestamp-nanos", Builtin::Logical(Logical::LocalTimestampNanos)),
    ("big-decimal", Builtin::Logical(Logical::BigDecimal)),
    ("duration", Builtin::Duration),
    ("uuid", Builtin::Uuid),
    ("datetime", Builtin::DateTime),
];

/// Type names of other languages, and what to write in place of them.
const FOREIGN: &[(&[&str], &str)] = &[
    (&["bool", "Boolean", "Bool"], "write `boolean`"),
    (&["i32", "int32", "integer", "Integer", "i16", "i8", "u16", "u8"], "write `int`"),
    (&["i64", "int64", "u32", "bigint", "Long"], "write `long`"),
    (&["u64", "usize", "uint64"], "write `long`, or `decimal(20,0)` if 63 bits are not enough"),
    (&["f32"], "write `float`"),
    (&["f64", "number", "Number"], "write `double`"),
    (&["str", "text", "String", "varchar"], "write `string`"),
    (&["binary", "blob", "Bytes"], "write `bytes`"),
    (&["timestamp", "date-time", "DateTime", "instant"], "write `datetime` or `timestamp-micros`"),
    (&["time"], "write `time-millis` or `time-micros`"),
    (&["UUID", "Uuid", "guid"], "write `uuid`"),
    (&["array", "List", "Vec", "Array", "set", "sequence"], "write `list<T>`"),
    (&["dict", "Map", "HashMap", "object", "Dict"], "write `map<T>`; keys are strings"),
    (&["Option", "optional", "Optional", "Nullable"], "write `T?`"),
    (&["union", "Union", "oneof"], "write `A | B`"),
];

/// Returns the built-in type `name`. `decimal(p,s)`, `list` and `map` are syntax, not names.
pub(crate) fn find(name: &str) -> Option<Builtin> {
    let other = || NAMES.iter().find(|(known, _)| *known == name).map(|(_, builtin)| *builtin);
    Primitive::named(name).map(Builtin::Primitive).or_else(other)
}

/// Returns every name that a declaration must not use.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    let others = NAMES.iter().map(|(name, _)| *name).chain(["decimal", "list", "map"]);
    Primitive::ALL.into_iter().map(Primitive::name).chain(others)
}

/// Returns what to write in place of a type name of another language.
pub(crate) fn advice(name: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|(names, _)| names.contains(&name)).map(|(_, advice)| *advice)
}
