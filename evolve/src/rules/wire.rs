//! What one version writes and another cannot read.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static FIELD_ADDED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-added-without-default",
    Level::Deny,
    "A reader takes the default of a field that an older event lacks. Without one it has nothing to take, and cannot read \
     the event at all.",
)
.about(Family::Wire)
.explained("currency = \"string\"    # new", "make it optional, `currency = \"string?\"`, or give it a default: `currency = { type = \"string\", default = \"EUR\" }`",);

pub(crate) static FIELD_REMOVED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-removed-without-default",
    Level::Deny,
    "Readers of the old version still look for the field. Where their schema gives it no default, they cannot read an \
     event without it.",
)
.about(Family::Wire)
.explained("# coupon = \"string\"    gone, and it had no default", "keep the field; or go in two steps: first a version that has a default for it, then, once those before are retired, one without it",);

pub(crate) static TYPE_CHANGED: Rule = Rule::lint(
    "type-changed",
    Level::Deny,
    "A value can be read as another type only where Avro promotes it: `int` to `long`, `float` and `double`, `long` to \
     `float` and `double`, `float` to `double`, `string` and `bytes` to each other, and a type to a union that has it.",
)
.about(Family::Wire)
.explained("quantity = \"string\"    # was: \"int\"", "keep the field, and add one of the new type beside it; or take the two steps that the report shows, and where there are none, make a new major version of the event",);

pub(crate) static ENUM_SYMBOL_ADDED: Rule = Rule::lint(
    "enum-symbol-added",
    Level::Deny,
    "Readers of the old version do not know a new symbol. Where their enum has a default they take it, else they cannot \
     read the event. A default of the field does not help.",
)
.about(Family::Wire)
.explained("symbols = [\"NEW\", \"PAID\", \"REFUNDED\"]    # REFUNDED is new, and the enum has no fallback", "give the enum a `fallback` in one version, and the symbol in a later one, when all consumers have the fallback",);

pub(crate) static ENUM_SYMBOL_REMOVED: Rule = Rule::lint(
    "enum-symbol-removed",
    Level::Deny,
    "Old events hold symbols that the new version no longer knows. Where the enum has a default, readers take it, else they \
     cannot read the event.",
)
.about(Family::Wire)
.explained("symbols = [\"NEW\"]    # was: [\"NEW\", \"PAID\"]", "put the symbol back, or give the enum a `fallback`",);

pub(crate) static UNION_BRANCH_ADDED: Rule = Rule::lint(
    "union-branch-added",
    Level::Deny,
    "Readers of the old version have no branch for what the new one writes.",
)
.about(Family::Wire)
.explained(
    "payment = \"Card | Cash | Voucher\"    # Voucher is new",
    "carry it in a new optional field; or take the two steps that the report shows, and where there are none, make a new major version of the event",
);

pub(crate) static UNION_BRANCH_REMOVED: Rule = Rule::lint(
    "union-branch-removed",
    Level::Deny,
    "Old events hold values of a branch that the new version no longer has, and no other branch reads them.",
)
.about(Family::Wire)
.explained(
    "payment = \"Card\"    # was: \"Card | Cash\"",
    "keep the branch; or take the two steps that the report shows, and where there are none, make a new major version of the event",
);

pub(crate) static NAME_CHANGED: Rule = Rule::lint(
    "name-changed",
    Level::Deny,
    "Records, enums and fixed types are matched by name: by the part after the last dot, or by an alias of the reader's \
     that is the writer's full name.",
)
.about(Family::Wire)
.explained("[types.Purchase]    # was: [types.Order]", "keep the name; where only new readers matter, give the type the old name as an alias: `aliases = [\"Order\"]`",);

pub(crate) static FIXED_SIZE_CHANGED: Rule = Rule::lint(
    "fixed-size-changed",
    Level::Deny,
    "A fixed type has no length on the wire, so that both sides must agree on it.",
)
.about(Family::Wire)
.explained("fixed = 32    # was: 16", "keep the size, and add a field of a new fixed type");

pub(crate) static AMBIGUOUS_ALIAS: Rule = Rule::lint(
    "ambiguous-alias",
    Level::Deny,
    "By its name and its aliases a field of the reader is one field of the writer. Where it is two, nothing says which one \
     is meant; Apache's Java reader throws.",
)
.about(Family::Wire)
.explained("[types.Order.fields]\nbuyer = { type = \"string\", aliases = [\"customer\"] }\ncustomer = \"string\"    # and both were there before", "remove the alias that names a field which is still there",);
