//! The names that the expansion of the derives uses. Not a public interface: it changes without notice.

mod key_path;
mod null_second;
mod redacted;
mod spec;

pub use std::{
    borrow::Cow, boxed::Box, fmt, option::Option, option::Option::None, option::Option::Some, primitive::str,
    result::Result, result::Result::Ok, sync::OnceLock,
};

pub use key_path::{Fields, Formed, Part, enter, is_pii, key_of};
pub use null_second::{NullSecond, Same};
pub use redacted::Redacted;
pub use signalbook_model::{Builder, FixedLogical, Logical, Order, Stability, Type, TypeNames};
pub use spec::{
    EnumSpec, EventSpec, FieldSpec, FixedSpec, Literal, RecordSpec, describe, describe_branch, describe_null,
    encode_symbol, enumeration, event, field, fingerprint, fits, fixed, is_distinct, logical, record, union,
};

__planned_decoding! {
    pub use crate::planned_decoding::{
        PlanCursor, VersionError, branch, decode_in_place, decode_rewritten, fields, missing, other,
    };
}

pub use crate::__planned_decoding as planned_decoding;
pub use crate::{
    AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs,
    EncodeError, Encoder, Event, EventType, History, Key, SchemaError, Symbol,
};
pub use crate::{traits::Shape, utf8::text};
