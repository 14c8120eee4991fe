//! The types that evolved payloads are decoded as: fields moved, an `int` read as `long`, a field removed,
//! one added with a default.

use std::collections::HashMap;

use signalbook::Record;

use super::enrollment::{CourseData, UserPersonalData};

#[derive(Debug, PartialEq, Record, serde::Deserialize)]
pub(crate) struct OldEnrollment {
    pub(crate) mode: String,
    pub(crate) user: OldUser,
    pub(crate) course: CourseData,
    pub(crate) is_active: bool,
    pub(crate) creation_date: String,
    #[serde(default = "unknown")]
    #[avro(default = "unknown")]
    pub(crate) source: String,
    pub(crate) created_by: Option<OldUser>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize)]
pub(crate) struct OldUser {
    pub(crate) pii: UserPersonalData,
    pub(crate) id: i64,
    pub(crate) is_active: bool,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize)]
pub(crate) struct OldBatch {
    pub(crate) items: Vec<OldItem>,
    pub(crate) counters: HashMap<String, i64>,
    #[serde(with = "serde_bytes")]
    pub(crate) blob: Vec<u8>,
    pub(crate) samples: Vec<f64>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize)]
pub(crate) struct OldItem {
    pub(crate) count: i64,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) note: Option<String>,
    #[serde(default = "none")]
    #[avro(default = "none")]
    pub(crate) tag: String,
}

// serde does not use a schema and its defaults.

fn unknown() -> String {
    "unknown".to_owned()
}

fn none() -> String {
    "none".to_owned()
}
