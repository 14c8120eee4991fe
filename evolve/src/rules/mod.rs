//! The rules about incompatibilities and changes of meaning.

pub(crate) mod meaning;
pub(crate) mod wire;

use signalbook_diagnostics::Rule;

/// The rules of this crate, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &wire::FIELD_ADDED_WITHOUT_DEFAULT,
    &wire::FIELD_REMOVED_WITHOUT_DEFAULT,
    &wire::TYPE_CHANGED,
    &wire::ENUM_SYMBOL_ADDED,
    &wire::ENUM_SYMBOL_REMOVED,
    &wire::UNION_BRANCH_ADDED,
    &wire::UNION_BRANCH_REMOVED,
    &wire::NAME_CHANGED,
    &wire::FIXED_SIZE_CHANGED,
    &wire::AMBIGUOUS_ALIAS,
    &meaning::TIME_UNIT_CHANGED,
    &meaning::LOGICAL_TYPE_CHANGED,
    &meaning::LOGICAL_TYPE_ADDED,
    &meaning::LOGICAL_TYPE_REMOVED,
    &meaning::DECIMAL_SCALE_CHANGED,
    &meaning::DECIMAL_PRECISION_CHANGED,
    &meaning::TEXT_READ_AS_DECIMAL,
    &meaning::BYTES_READ_AS_STRING,
    &meaning::LOSSY_PROMOTION,
    &meaning::LOSSY_UNION_BRANCH,
    &meaning::SYMBOL_REPLACED,
    &meaning::ENUM_DEFAULT_CHANGED,
    &meaning::DEFAULT_CHANGED,
    &meaning::DEFAULT_REMOVED,
    &meaning::FIELD_RENAMED_WITHOUT_ALIAS,
    &meaning::RENAME_UNKNOWN_TO_OLD_READERS,
    &meaning::FIELD_REUSED,
];
