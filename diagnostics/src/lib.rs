//! Findings with a place: what the registry's checks and the evolution gate have to say, in one form.
//!
//! A [`Finding`] names its [`Rule`], says what was found in a line that stands alone, and points at [`Span`]s of
//! [`Sources`]. It is a value; nothing here prints.

mod finding;
mod rule;
mod source;
mod waiver;

pub use finding::{Edit, Finding, Label, Severity, Suggestion};
pub use rule::{Level, Rule};
pub use source::{FileId, Position, Source, Sources, Span};
pub use waiver::{Date, Pattern, Waiver};
