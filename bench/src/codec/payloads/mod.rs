//! What travels: the records of the payloads in every peer's terms.

pub(crate) mod batch;
pub(crate) mod enrollment;
pub(crate) mod evolved;
pub(crate) mod skill;
