//! The rules of the gate.

pub(crate) mod facts;
pub(crate) mod rust;

use signalbook_diagnostics::Rule;

/// The rules of this crate, in the order of the documentation.
static RULES: &[&Rule] = &[
    &facts::EVENT_REMOVED,
    &facts::DEPRECATION_SKIPPED,
    &facts::KEY_CHANGED,
    &facts::KEY_TYPE_CHANGED,
    &facts::TOPIC_CHANGED,
    &facts::PRODUCER_CHANGED,
    &facts::PII_ADDED,
    &rust::RUST_MODULE_MOVED,
    &rust::RUST_TYPE_CHANGED,
    &rust::RENAME_HIDDEN_IN_RUST,
];

/// Every rule of the gate, in the order of the documentation.
pub fn rules() -> Vec<&'static Rule> {
    [signalbook_evolve::RULES, RULES].concat()
}
