//! The records of the payloads, for each peer.

pub(crate) mod batch;
pub(crate) mod enrollment;
pub(crate) mod evolved;
pub(crate) mod skill;
