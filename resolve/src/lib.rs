//! Reads data of one Avro schema with another one.
//!
//! # Quick start
//!
//! ```
//! use signalbook_model::Schema;
//! use signalbook_resolve::Plan;
//!
//! let writer = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [
//!     {"name": "id", "type": "string"}]}"#)?;
//! let reader = Schema::parse(r#"{"type": "record", "name": "Order", "fields": [
//!     {"name": "id", "type": "string"},
//!     {"name": "coupon", "type": ["null", "string"], "default": null}]}"#)?;
//!
//! // Rewrite a datum of an older version as a datum of this one.
//! let plan = Plan::new(&writer, &reader)?;
//! let mut resolved = Vec::new();
//! plan.transcode(&[2, b'7'], &mut resolved)?;
//! assert_eq!(resolved, [2, b'7', 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No message contains a value, because data may be personal.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a boxed error keeps the result small, so that success is fast"
)]

pub mod compat;
mod plan;
pub mod wire;

pub use plan::{Plan, PlanError, ResolveError, ResolveProblem, plan_cursor};
