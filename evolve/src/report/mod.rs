//! Judges the new version of each event against its accepted versions.

pub(crate) mod bump;
pub(crate) mod facts;
pub(crate) mod found;
pub(crate) mod gate;
pub(crate) mod history;
pub(crate) mod rust;
