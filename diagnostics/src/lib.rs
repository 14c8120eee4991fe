//! Findings with locations: the common form of what the checks of a registry and the evolution gate report.
//!
//! A [`Finding`] has a [`Rule`], a title of one line, and [`Span`]s in [`Sources`]. A [`Policy`] applies
//! levels and waivers, and [`render`] turns findings into text. This crate does no I/O.
//!
//! ```
//! use signalbook_diagnostics::{Finding, Level, Rule, Sources, Span, render};
//!
//! static UNKNOWN_TYPE: Rule = Rule::error("unknown-type", "Every type must be declared.");
//!
//! let mut sources = Sources::new();
//! let file = sources.add("schemas/shop.toml", "lines = \"list<OrderLin>\"\n");
//! let finding = Finding::new(&UNKNOWN_TYPE, "no type `OrderLin`")
//!     .at(Span { file, start: 14, end: 22 }, "not in this registry");
//! assert_eq!(
//!     render::human(&[finding], &sources, false),
//!     r#"error[unknown-type]: no type `OrderLin`
//!  --> schemas/shop.toml:1:15
//!   |
//! 1 | lines = "list<OrderLin>"
//!   |               ^^^^^^^^ not in this registry
//! "#
//! );
//! ```
//!
//! # Features
//!
//! - `formats`: the formats for tools: JSON lines, SARIF, JUnit, GitHub annotations, GitLab code quality,
//!   Markdown.

mod evidence;
mod finding;
mod fix;
mod locator;
mod policy;
pub mod render;
mod rule;
mod source;
mod waiver;

pub use evidence::{Evidence, Note};
pub use finding::{Edit, Finding, Label, Severity, Suggestion};
pub use fix::{Fix, Wording};
pub use locator::{Locate, Part};
pub use policy::{Policy, PolicyReport, RULES, WAIVER_UNUSED};
pub use rule::{Family, Level, Rule};
pub use source::{FileId, LineColumn, Source, Sources, Span};
pub use waiver::{Date, Pattern, Waiver};
