//! What one version writes and another cannot read.

use signalbook_diagnostics::{Level, Rule};

use crate::{Direction, Kind};

/// The rule that an incompatibility of this kind breaks.
pub(crate) fn rule(kind: Kind, direction: Direction) -> &'static Rule {
    match (kind, direction) {
        (Kind::ReaderFieldMissingDefaultValue, Direction::Backward) => &FIELD_ADDED_WITHOUT_DEFAULT,
        (Kind::ReaderFieldMissingDefaultValue, Direction::Forward) => &FIELD_REMOVED_WITHOUT_DEFAULT,
        (Kind::TypeMismatch, _) => &TYPE_CHANGED,
        (Kind::MissingEnumSymbols, Direction::Backward) => &ENUM_SYMBOL_REMOVED,
        (Kind::MissingEnumSymbols, Direction::Forward) => &ENUM_SYMBOL_ADDED,
        (Kind::MissingUnionBranch, Direction::Backward) => &UNION_BRANCH_REMOVED,
        (Kind::MissingUnionBranch, Direction::Forward) => &UNION_BRANCH_ADDED,
        (Kind::NameMismatch, _) => &NAME_CHANGED,
        (Kind::FixedSizeMismatch, _) => &FIXED_SIZE_CHANGED,
        (Kind::AmbiguousAlias, _) => &AMBIGUOUS_ALIAS,
    }
}

pub(crate) static FIELD_ADDED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-added-without-default",
    Level::Deny,
    "A reader takes the default of a field that an older event lacks. Without one it has nothing to take, and cannot read \
     the event at all.",
);

pub(crate) static FIELD_REMOVED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-removed-without-default",
    Level::Deny,
    "Readers of the old version still look for the field. Where their schema gives it no default, they cannot read an \
     event without it.",
);

pub(crate) static TYPE_CHANGED: Rule = Rule::lint(
    "type-changed",
    Level::Deny,
    "A value can be read as another type only where Avro promotes it: `int` to `long`, `float` and `double`, `long` to \
     `float` and `double`, `float` to `double`, `string` and `bytes` to each other, and a type to a union that has it.",
);

pub(crate) static ENUM_SYMBOL_ADDED: Rule = Rule::lint(
    "enum-symbol-added",
    Level::Deny,
    "Readers of the old version do not know a new symbol. Where their enum has a default they take it, else they cannot \
     read the event. A default of the field does not help.",
);

pub(crate) static ENUM_SYMBOL_REMOVED: Rule = Rule::lint(
    "enum-symbol-removed",
    Level::Deny,
    "Old events hold symbols that the new version no longer knows. Where the enum has a default, readers take it, else they \
     cannot read the event.",
);

pub(crate) static UNION_BRANCH_ADDED: Rule = Rule::lint(
    "union-branch-added",
    Level::Deny,
    "Readers of the old version have no branch for what the new one writes.",
);

pub(crate) static UNION_BRANCH_REMOVED: Rule = Rule::lint(
    "union-branch-removed",
    Level::Deny,
    "Old events hold values of a branch that the new version no longer has, and no other branch reads them.",
);

pub(crate) static NAME_CHANGED: Rule = Rule::lint(
    "name-changed",
    Level::Deny,
    "Records, enums and fixed types are matched by name: by the part after the last dot, or by an alias of the reader's \
     that is the writer's full name.",
);

pub(crate) static FIXED_SIZE_CHANGED: Rule = Rule::lint(
    "fixed-size-changed",
    Level::Deny,
    "A fixed type has no length on the wire, so that both sides must agree on it.",
);

pub(crate) static AMBIGUOUS_ALIAS: Rule = Rule::lint(
    "ambiguous-alias",
    Level::Deny,
    "By its name and its aliases a field of the reader is one field of the writer. Where it is two, nothing says which one \
     is meant; Apache's Java reader throws.",
);
