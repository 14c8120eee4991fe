//! Findings as text. Whether it is coloured, and where it goes, is decided by the caller.

#[cfg(feature = "formats")]
mod formats;
mod human;
mod notes;
mod short;

#[cfg(feature = "formats")]
pub use formats::{Format, UnknownFormat, github, gitlab, json_lines, junit, markdown, sarif};
pub use human::human;
pub use short::short;
