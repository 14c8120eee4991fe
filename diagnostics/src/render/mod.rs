//! Renders findings as text. The caller decides about colors and where the text is written.

#[cfg(feature = "formats")]
mod formats;
mod human;
mod notes;
mod short;

#[cfg(feature = "formats")]
pub use formats::{Format, UnknownFormat, github, gitlab, json_lines, junit, markdown, sarif};
pub use human::human;
pub use short::short;
