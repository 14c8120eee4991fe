//! Rules about changes of meaning: the data can be read, but as other values.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static TIME_UNIT_CHANGED: Rule = Rule::lint(
    "time-unit-changed",
    Level::Deny,
    "The unit of a date or time must not change. The number on the wire stays the same, so a value written \
     in milliseconds and read in microseconds is wrong by a factor of 1000.",
)
.about(Family::Meaning)
.explained(
    "at = \"timestamp-micros\"    # was: \"timestamp-millis\"",
    "keep the unit, add a field with the new unit, and deprecate the old field",
);

pub(crate) static LOGICAL_TYPE_CHANGED: Rule = Rule::lint(
    "logical-type-changed",
    Level::Deny,
    "The logical type of a field must not change. The bytes can be read, but get another meaning: a date \
     becomes a time of day, an instant becomes a local time.",
)
.about(Family::Meaning)
.explained(
    "at = \"local-timestamp-millis\"    # was: \"timestamp-millis\"",
    "keep the logical type, and add a field with the new one",
);

pub(crate) static LOGICAL_TYPE_ADDED: Rule = Rule::lint(
    "logical-type-added",
    Level::Warn,
    "A logical type must not be added to a field whose older values do not conform to it. Nothing checks the \
     values of older events.",
)
.about(Family::Meaning)
.explained(
    "at = \"timestamp-millis\"    # was: \"long\"",
    "make sure that the values of older events conform to the logical type, then waive this finding",
);

pub(crate) static LOGICAL_TYPE_REMOVED: Rule = Rule::lint(
    "logical-type-removed",
    Level::Warn,
    "A field without its logical type is a plain number or string. A later version can give it another \
     meaning, and no rule detects that.",
)
.about(Family::Meaning)
.explained("at = \"long\"    # was: \"timestamp-millis\"", "keep the logical type");

pub(crate) static DECIMAL_SCALE_CHANGED: Rule = Rule::lint(
    "decimal-scale-changed",
    Level::Deny,
    "The scale of a decimal must not change. Only the digits are on the wire, so 12.34 becomes 0.1234 or \
     1234.",
)
.about(Family::Meaning)
.explained(
    "price = \"decimal(12,4)\"    # was: \"decimal(12,2)\"",
    "keep the scale, and add a field with the new scale",
);

pub(crate) static DECIMAL_PRECISION_CHANGED: Rule = Rule::lint(
    "decimal-precision-changed",
    Level::Warn,
    "The precision of a decimal is the largest number of digits that a reader must accept. A reader with the \
     smaller precision may reject values of a writer with the larger one.",
)
.about(Family::Meaning)
.explained(
    "price = \"decimal(18,2)\"    # was: \"decimal(12,2)\"",
    "raise the precision in all consumers first",
);

pub(crate) static TEXT_READ_AS_DECIMAL: Rule = Rule::lint(
    "text-read-as-decimal",
    Level::Deny,
    "A string must not be read as a decimal. The reader takes the bytes of the text as the digits of a \
     number: `12` becomes 12594.",
)
.about(Family::Meaning)
.explained(
    "price = \"decimal(12,2)\"    # was: \"string\"",
    "keep the string, and add a field for the number",
);

pub(crate) static BYTES_READ_AS_STRING: Rule = Rule::lint(
    "bytes-read-as-string",
    Level::Deny,
    "Bytes can be read as a string only if they are valid UTF-8. Other bytes, such as `ff`, cannot be read. \
     Some implementations insert replacement characters instead.",
)
.about(Family::Meaning)
.explained("note = \"string\"    # was: \"bytes\"", "keep the bytes, and add a field for the text");

pub(crate) static LOSSY_PROMOTION: Rule = Rule::lint(
    "lossy-promotion",
    Level::Warn,
    "A promotion to `float` or `double` can round integers. A `float` holds 24 bits exactly, a `double` \
     holds 53.",
)
.about(Family::Meaning)
.explained("count = \"double\"    # was: \"long\"", "keep the type if values can be large");

pub(crate) static LOSSY_UNION_BRANCH: Rule = Rule::lint(
    "lossy-union-branch",
    Level::Deny,
    "A reader uses the first branch of its union to which the number can be promoted, even if a later branch \
     holds it exactly.",
)
.about(Family::Meaning)
.explained(
    "count = \"float | long\"    # was: \"int\"",
    "put the exact type before `float` and `double`, or keep the old type as a branch",
);

pub(crate) static SYMBOL_REPLACED: Rule = Rule::lint(
    "symbol-replaced",
    Level::Warn,
    "A reader replaces a symbol that it does not know by the enum's default, and loses the written symbol.",
)
.about(Family::Meaning)
.explained(
    "symbols = [\"NEW\", \"PAID\"], fallback = \"NEW\"    # was: with REFUNDED",
    "keep the symbol if consumers still need its events",
);

pub(crate) static ENUM_DEFAULT_CHANGED: Rule = Rule::lint(
    "enum-default-changed",
    Level::Warn,
    "Readers replace unknown symbols by an enum's default. With another default, the same event is read as \
     another value. Without a default, the next new symbol is a breaking change.",
)
.about(Family::Meaning)
.explained("fallback = \"UNKNOWN\"    # was: \"NEW\"", "keep the default");

pub(crate) static DEFAULT_CHANGED: Rule = Rule::lint(
    "default-changed",
    Level::Warn,
    "Readers use a field's default for events without the field. Another default changes the meaning of \
     events that are already written.",
)
.about(Family::Meaning)
.explained(
    "currency = { type = \"string\", default = \"USD\" }    # was: \"EUR\"",
    "keep the default, and let producers write the new value",
);

pub(crate) static DEFAULT_REMOVED: Rule = Rule::lint(
    "default-removed",
    Level::Warn,
    "Without a default, a field cannot be read from events that do not have it. The previous version has the \
     field, but older versions may not.",
)
.about(Family::Meaning)
.explained("currency = \"string\"    # had a default", "keep the default");

pub(crate) static FIELD_RENAMED_WITHOUT_ALIAS: Rule = Rule::lint(
    "field-renamed-without-alias",
    Level::Deny,
    "A renamed field needs its old name as an alias. Here a new field has the type and the position of a \
     removed field, and a default: readers see the default and lose the written value.",
)
.about(Family::Meaning)
.explained(
    "customer = { type = \"string\", default = \"\" }    # was: buyer",
    "give the new field the old name as an alias, `aliases = [\"…\"]`; if it is another field, add it in one \
     version and remove the old one in the next",
);

pub(crate) static RENAME_UNKNOWN_TO_OLD_READERS: Rule = Rule::lint(
    "rename-unknown-to-old-readers",
    Level::Warn,
    "An alias helps only readers of the new version. Readers of the old version do not find the field by its \
     old name, and use their default instead of the written value.",
)
.about(Family::Meaning)
.explained(
    "customer = { type = \"string\", default = \"\", aliases = [\"buyer\"] }    # was: buyer",
    "keep the old name, or update all consumers before the producer",
);

pub(crate) static FIELD_REUSED: Rule = Rule::lint(
    "field-reused",
    Level::Deny,
    "The name of a removed field must not be used for another field. Readers of old events take the values \
     of the old field for those of the new one. Only a comparison with the whole history detects this.",
)
.about(Family::Meaning)
.explained("note = \"long\"    # was \"string\" in minor 0, and removed in minor 1", "choose another name");
