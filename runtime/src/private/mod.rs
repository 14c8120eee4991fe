//! What the derives' expansion names. Not for people; it changes without notice.

mod fields;
mod null_second;
mod redacted;
mod spec;

pub use std::{
    borrow::Cow, boxed::Box, fmt, option::Option, option::Option::None, option::Option::Some, primitive::str,
    result::Result, result::Result::Ok, sync::OnceLock,
};

pub use fields::{Fields, Formed, Part, enter, is_pii, key_of};
pub use null_second::{NullSecond, Same};
pub use redacted::Redacted;
pub use signalbook_model::{Builder, FixedLogical, Logical, Order, Stability, Type, TypeNames};
pub use spec::{
    EnumSpec, EventSpec, FieldSpec, FixedSpec, Literal, RecordSpec, describe, describe_branch, describe_null,
    encode_symbol, enumeration, event, field, fingerprint, fits, fixed, is_distinct, logical, record, union,
};

#[cfg(feature = "bus")]
pub use crate::codec::planned::decode as decode_in_place;
#[cfg(feature = "bus")]
pub use crate::codec::planned::{branch, fields, missing, other};
#[cfg(feature = "bus")]
pub use crate::reader::rewritten as decode_rewritten;
#[cfg(feature = "bus")]
pub use signalbook_resolve::place::Place;

/// Keeps what reads data of other schemas, where there is a bus to bring them.
#[cfg(feature = "bus")]
#[doc(hidden)]
#[macro_export]
macro_rules! __planned {
    ($($item:tt)*) => { $($item)* };
}

/// Leaves out what reads data of other schemas, which no bus brings.
#[cfg(not(feature = "bus"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __planned {
    ($($item:tt)*) => {};
}

pub use crate::__planned as planned;
pub use crate::codec::{Shape, utf8::text};
pub use crate::{
    AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs,
    EncodeError, Encoder, Event, EventType, History, Key, SchemaError, Symbol,
};
