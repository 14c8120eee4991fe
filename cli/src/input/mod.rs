//! Input formats that several verbs read: lines, hexadecimal digits, schemas.

pub(crate) mod hex;
pub(crate) mod jsonl_mode;
pub(crate) mod line;
pub(crate) mod schema;
