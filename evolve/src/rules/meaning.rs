//! What a change can do to the meaning of data that can still be read.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static TIME_UNIT_CHANGED: Rule = Rule::lint(
    "time-unit-changed",
    Level::Deny,
    "A date or a time keeps its unit. The number on the wire stays the same, so what one side wrote in milliseconds the \
     other reads in microseconds, a thousand times off. Add a field with the new unit, and deprecate the old one.",
)
.about(Family::Meaning)
.explained("at = \"timestamp-micros\"    # was: \"timestamp-millis\"", "keep the unit, and add a field with the new one beside it",);

pub(crate) static LOGICAL_TYPE_CHANGED: Rule = Rule::lint(
    "logical-type-changed",
    Level::Deny,
    "A field keeps its logical type. The bytes are read as before, but as something else: a date as a time of day, an \
     instant as a local time. Add a field of the new type.",
)
.about(Family::Meaning)
.explained("at = \"local-timestamp-millis\"    # was: \"timestamp-millis\"", "keep the logical type, and add a field of the new one beside it",);

pub(crate) static LOGICAL_TYPE_ADDED: Rule = Rule::lint(
    "logical-type-added",
    Level::Warn,
    "A field that gets a logical type must have held just such values before: nothing checks what old events say.",
)
.about(Family::Meaning)
.explained("at = \"timestamp-millis\"    # was: \"long\"", "make sure that older events hold just such values, then waive this",);

pub(crate) static LOGICAL_TYPE_REMOVED: Rule = Rule::lint(
    "logical-type-removed",
    Level::Warn,
    "A field that loses its logical type is a bare number or text from then on, and a later version may give it another \
     meaning unseen.",
)
.about(Family::Meaning)
.explained("at = \"long\"    # was: \"timestamp-millis\"", "keep the logical type",);

pub(crate) static DECIMAL_SCALE_CHANGED: Rule = Rule::lint(
    "decimal-scale-changed",
    Level::Deny,
    "A decimal keeps its scale. Only the digits are on the wire, so 12.34 becomes 0.1234 or 1234. Add a field with the \
     new scale.",
)
.about(Family::Meaning)
.explained("price = \"decimal(12,4)\"    # was: \"decimal(12,2)\"", "keep the scale, and add a field with the new one beside it",);

pub(crate) static DECIMAL_PRECISION_CHANGED: Rule = Rule::lint(
    "decimal-precision-changed",
    Level::Warn,
    "A decimal's precision says how many digits a reader must expect. The side with the smaller one may refuse what the \
     other writes.",
)
.about(Family::Meaning)
.explained("price = \"decimal(18,2)\"    # was: \"decimal(12,2)\"", "raise the precision at the readers first",);

pub(crate) static TEXT_READ_AS_DECIMAL: Rule = Rule::lint(
    "text-read-as-decimal",
    Level::Deny,
    "A string is no decimal. The reader takes the bytes of the text for the digits of a number: `12` becomes 12594. Add \
     a field for the number.",
)
.about(Family::Meaning)
.explained("price = \"decimal(12,2)\"    # was: \"string\"", "keep the text, and add a field for the number",);

pub(crate) static BYTES_READ_AS_STRING: Rule = Rule::lint(
    "bytes-read-as-string",
    Level::Deny,
    "Bytes become a string only if all of them are UTF-8. A value that is not, `ff` for one, cannot be read; other \
     implementations put replacement characters.",
)
.about(Family::Meaning)
.explained("note = \"string\"    # was: \"bytes\"", "keep the bytes, and add a field for the text",);

pub(crate) static LOSSY_PROMOTION: Rule = Rule::lint(
    "lossy-promotion",
    Level::Warn,
    "A `float` holds 24 bits of an integer exactly, a `double` 53. Larger values are rounded when they are read.",
)
.about(Family::Meaning)
.explained("count = \"double\"    # was: \"long\"", "keep the type if values can be large",);

pub(crate) static LOSSY_UNION_BRANCH: Rule = Rule::lint(
    "lossy-union-branch",
    Level::Deny,
    "A reader's union takes the first branch to which a number can be promoted, even if a later one would hold it exactly. \
     Put the exact type before `float` and `double`, or keep the old type as a branch.",
)
.about(Family::Meaning)
.explained("count = \"float | long\"    # was: \"int\"", "put the exact type before `float` and `double`, or keep the old type as a branch",);

pub(crate) static SYMBOL_REPLACED: Rule = Rule::lint(
    "symbol-replaced",
    Level::Warn,
    "A symbol that the reader does not know becomes the enum's default, and what was written is lost to that reader.",
)
.about(Family::Meaning)
.explained("symbols = [\"NEW\", \"PAID\"], fallback = \"NEW\"    # was: with REFUNDED", "keep the symbol if its events matter",);

pub(crate) static ENUM_DEFAULT_CHANGED: Rule = Rule::lint(
    "enum-default-changed",
    Level::Warn,
    "An enum's default is what unknown symbols become. Another default changes how the same event is read; none at all \
     makes the next new symbol a breaking change.",
)
.about(Family::Meaning)
.explained("fallback = \"UNKNOWN\"    # was: \"NEW\"", "keep the default",);

pub(crate) static DEFAULT_CHANGED: Rule = Rule::lint(
    "default-changed",
    Level::Warn,
    "A field's default is what readers see in events that lack the field. Another default changes the meaning of events \
     that were already written.",
)
.about(Family::Meaning)
.explained("currency = { type = \"string\", default = \"USD\" }    # was: \"EUR\"", "keep the default, and let producers write the new value",);

pub(crate) static DEFAULT_REMOVED: Rule = Rule::lint(
    "default-removed",
    Level::Warn,
    "Without its default a field cannot be read from events that lack it. The version before has the field, older ones \
     may not.",
)
.about(Family::Meaning)
.explained("currency = \"string\"    # had a default", "keep the default",);

pub(crate) static FIELD_RENAMED_WITHOUT_ALIAS: Rule = Rule::lint(
    "field-renamed-without-alias",
    Level::Deny,
    "A field that took another's place and type, and has a default, hides a rename: readers see the default, and the \
     value that was written is lost. Give the new field the old name as an alias.",
)
.about(Family::Meaning)
.explained("customer = { type = \"string\", default = \"\" }    # was: buyer", "give the new field the old name as an alias, `aliases = [\"…\"]`; if it is another field, add it in one version and remove the old one in the next",);

pub(crate) static RENAME_UNKNOWN_TO_OLD_READERS: Rule = Rule::lint(
    "rename-unknown-to-old-readers",
    Level::Warn,
    "An alias helps readers of the version that has it. Those of the old version find no field of their name, and see \
     their default in place of what was written.",
)
.about(Family::Meaning)
.explained("customer = { type = \"string\", default = \"\", aliases = [\"buyer\"] }    # was: buyer", "keep the old name, or let all consumers take the new version before the producer does",);

pub(crate) static FIELD_REUSED: Rule = Rule::lint(
    "field-reused",
    Level::Deny,
    "A name that a field once had is used up: old events still hold the old field, and whoever reads them takes its values \
     for the new one's. No two neighbouring versions show it, the history does.",
)
.about(Family::Meaning)
.explained("note = \"long\"    # was \"string\" in minor 0, and gone in minor 1", "choose another name",);
