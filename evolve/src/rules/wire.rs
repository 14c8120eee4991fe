//! Rules about incompatibilities: one version cannot read the data of another.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static FIELD_ADDED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-added-without-default",
    Level::Deny,
    "A new field needs a default. Readers use it for older events, which do not have the field. Without a \
     default they cannot read these events.",
)
.about(Family::Wire)
.explained(
    "currency = \"string\"    # new",
    "make it optional, `currency = \"string?\"`, or give it a default: `currency = { type = \"string\", \
     default = \"EUR\" }`",
);

pub(crate) static FIELD_REMOVED_WITHOUT_DEFAULT: Rule = Rule::lint(
    "field-removed-without-default",
    Level::Deny,
    "A field can be removed only if the old version has a default for it. Without one, readers of the old \
     version cannot read events that do not have the field.",
)
.about(Family::Wire)
.explained(
    "# coupon = \"string\"    removed, and it had no default",
    "keep the field, or remove it in two steps: first add a default to it, then remove it when the versions \
     without the default are retired",
);

pub(crate) static TYPE_CHANGED: Rule = Rule::lint(
    "type-changed",
    Level::Deny,
    "A type can change only by Avro's promotions: `int` to `long`, `float` or `double`; `long` to `float` or \
     `double`; `float` to `double`; `string` to `bytes` and back. A reader's union also reads the types of \
     its branches.",
)
.about(Family::Wire)
.explained(
    "quantity = \"string\"    # was: \"int\"",
    "keep the field, and add one with the new type; or take the two steps that the report shows; if it shows \
     no steps, make a new major version of the event",
);

pub(crate) static ENUM_SYMBOL_ADDED: Rule = Rule::lint(
    "enum-symbol-added",
    Level::Deny,
    "Readers of the old version do not know a new symbol. They use their enum's default for it. Without one \
     they cannot read the event. A default of the field does not help.",
)
.about(Family::Wire)
.explained(
    "symbols = [\"NEW\", \"PAID\", \"REFUNDED\"]    # REFUNDED is new, and the enum has no fallback",
    "give the enum a `fallback` in one version, and add the symbol in a later one, when all consumers have \
     the fallback",
);

pub(crate) static ENUM_SYMBOL_REMOVED: Rule = Rule::lint(
    "enum-symbol-removed",
    Level::Deny,
    "Older events can contain a removed symbol. Readers of the new version use the enum's default for it. \
     Without one they cannot read these events.",
)
.about(Family::Wire)
.explained(
    "symbols = [\"NEW\"]    # was: [\"NEW\", \"PAID\"]",
    "put the symbol back, or give the enum a `fallback`",
);

pub(crate) static UNION_BRANCH_ADDED: Rule = Rule::lint(
    "union-branch-added",
    Level::Deny,
    "Readers of the old version cannot read values of a new branch, because no branch of their union \
     matches.",
)
.about(Family::Wire)
.explained(
    "payment = \"Card | Cash | Voucher\"    # Voucher is new",
    "add a new optional field for it; or take the two steps that the report shows; if it shows no steps, \
     make a new major version of the event",
);

pub(crate) static UNION_BRANCH_REMOVED: Rule = Rule::lint(
    "union-branch-removed",
    Level::Deny,
    "Older events can contain values of a removed branch, and no other branch of the new version reads them.",
)
.about(Family::Wire)
.explained(
    "payment = \"Card\"    # was: \"Card | Cash\"",
    "keep the branch; or take the two steps that the report shows; if it shows no steps, make a new major \
     version of the event",
);

pub(crate) static NAME_CHANGED: Rule = Rule::lint(
    "name-changed",
    Level::Deny,
    "Records, enums and fixed types are matched by name: the part after the last dot must be equal, or the \
     reader must have the writer's full name as an alias.",
)
.about(Family::Wire)
.explained(
    "[types.Purchase]    # was: [types.Order]",
    "keep the name; if only new readers read old events, the old name as an alias is enough: `aliases = \
     [\"Order\"]`",
);

pub(crate) static FIXED_SIZE_CHANGED: Rule = Rule::lint(
    "fixed-size-changed",
    Level::Deny,
    "The size of a fixed type must not change. It is not on the wire, so both sides must have the same size.",
)
.about(Family::Wire)
.explained("fixed = 32    # was: 16", "keep the size, and add a field of a new fixed type");

pub(crate) static AMBIGUOUS_ALIAS: Rule = Rule::lint(
    "ambiguous-alias",
    Level::Deny,
    "The name and the aliases of a reader's field must match at most one field of the writer. If they match \
     two, the schemas do not say which one to read. Apache's Java reader throws an exception.",
)
.about(Family::Wire)
.explained(
    "[types.Order.fields]\nbuyer = { type = \"string\", aliases = [\"customer\"] }\ncustomer = \"string\"    \
     # both were there before",
    "remove the alias that is the name of another field",
);
