//! Reads what was written with one Avro schema as another.
//!
//! # Quick start
//!
//! ```
//! use signalbook_model::Schema;
//! use signalbook_resolve::Plan;
//!
//! let writer = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}"#)?;
//! let reader = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [
//!     {"name": "id", "type": "string"},
//!     {"name": "coupon", "type": ["null", "string"], "default": null}]}"#)?;
//!
//! // What an older version wrote, as the bytes of this one.
//! let plan = Plan::new(&writer, &reader)?;
//! let mut resolved = Vec::new();
//! plan.transcode(&[2, b'7'], &mut resolved)?;
//! assert_eq!(resolved, [2, b'7', 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No message repeats a value: the data may be about a person.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a boxed error keeps results in registers: success costs little"
)]

pub mod compat;
mod plan;
pub mod wire;

pub use plan::{Plan, PlanError, ResolveError, ResolveProblem, in_place};
