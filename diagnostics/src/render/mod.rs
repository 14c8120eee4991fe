//! Findings as text. Whether it is coloured, and where it goes, is decided by the caller.

mod human;
#[cfg(feature = "json")]
mod json;
mod short;

pub use human::human;
#[cfg(feature = "json")]
pub use json::json_lines;
pub use short::short;
