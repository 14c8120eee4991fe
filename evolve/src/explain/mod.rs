//! Explains why a reader cannot read a writer, in the terms of the registry.

pub(crate) mod explainer;
pub(crate) mod incompatibility;
pub(crate) mod pair_finding;
pub(crate) mod type_label;
