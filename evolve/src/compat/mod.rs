//! How a reader and a writer meet: whether the reader's schema reads what the writer's schema wrote.

pub(crate) mod check;
pub(crate) mod checker;
pub(crate) mod compatibility;
pub(crate) mod graph;
pub(crate) mod index;
pub(crate) mod problem;
pub(crate) mod union_index;
