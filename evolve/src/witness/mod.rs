//! Makes witnesses.

pub(crate) mod empty_default;
pub(crate) mod incompatibility_witness;
pub(crate) mod meaning_witness;
pub(crate) mod sample;
