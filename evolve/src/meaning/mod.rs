//! Finds changes of meaning in data that can still be read.

pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod logical;
pub(crate) mod reused_field;
