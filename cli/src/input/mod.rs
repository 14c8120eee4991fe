//! Input formats that several verbs read: lines, hexadecimal digits, schemas.

pub(crate) mod hex;
pub(crate) mod jsonl_batch;
pub(crate) mod line;
pub(crate) mod schema;
