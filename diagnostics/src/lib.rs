//! Findings with a place: what the registry's checks and the evolution gate have to say, in one form.
//!
//! A [`Finding`] names its [`Rule`], says what was found in a line that stands alone, and points at [`Span`]s of
//! [`Sources`]. A [`Policy`] (levels and waivers) decides what becomes of it, and [`render`] writes it down. Nothing here
//! prints, and nothing here knows whether anyone looks at a terminal.
//!
//! ```
//! use signalbook_diagnostics::{Finding, Level, Rule, Sources, Span, render};
//!
//! static UNKNOWN_TYPE: Rule = Rule::error("unknown-type", "Every type that is named is declared.");
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
//! - `formats`: the forms that tools read: JSON lines, SARIF, JUnit, annotations of GitHub, code quality of GitLab, Markdown.

mod evidence;
mod finding;
mod fix;
mod locate;
mod policy;
pub mod render;
mod rule;
mod source;
mod waiver;

pub use evidence::{Evidence, Note};
pub use finding::{Edit, Finding, Label, Severity, Suggestion};
pub use fix::{Fix, Wording};
pub use locate::{Locate, Part};
pub use policy::{Policy, PolicyReport, RULES, WAIVER_UNUSED};
pub use rule::{Family, Level, Rule};
pub use source::{FileId, Position, Source, Sources, Span};
pub use waiver::{Date, Pattern, Waiver};
