//! Finds the steps by which a new version can be rolled out.

pub(crate) mod fixes;
pub(crate) mod intermediate;
pub(crate) mod matching;
pub(crate) mod migration;
pub(crate) mod rollout;
