//! The rules about incompatibilities and changes of meaning.
//!
//! Their examples and fixes are in the registry language, in which users make and resolve the changes. They
//! are only text for the documentation, and stay next to the rule that they explain. No code of this crate
//! reads or writes that language.

signalbook_diagnostics::rules! {
    /// The rules of this crate, in the order of the documentation.
    pub static RULES;

    FIELD_ADDED_WITHOUT_DEFAULT = "field-added-without-default", Wire, Deny,
        doc: "A new field needs a default. Readers use it for older events, which do not have the field. \
              Without a default they cannot read these events.",
        example: r#"currency = "string"    # new"#,
        fix: "make it optional, `currency = \"string?\"`, or give it a default: `currency = { type = \
              \"string\", default = \"EUR\" }`";

    FIELD_REMOVED_WITHOUT_DEFAULT = "field-removed-without-default", Wire, Deny,
        doc: "A field can be removed only if the old version has a default for it. Without one, readers of \
              the old version cannot read events that do not have the field.",
        example: r#"# coupon = "string"    removed, and it had no default"#,
        fix: "keep the field, or remove it in two steps: first add a default to it, then remove it when \
              the versions without the default are retired";

    TYPE_CHANGED = "type-changed", Wire, Deny,
        doc: "A type can change only by Avro's promotions: `int` to `long`, `float` or `double`; `long` to \
              `float` or `double`; `float` to `double`; `string` to `bytes` and back. A reader's union \
              also reads the types of its branches.",
        example: r#"quantity = "string"    # was: "int""#,
        fix: "keep the field, and add one with the new type; or take the two steps that the report shows; \
              if it shows no steps, make a new major version of the event";

    ENUM_SYMBOL_ADDED = "enum-symbol-added", Wire, Deny,
        doc: "Readers of the old version do not know a new symbol. They use their enum's default for it. \
              Without one they cannot read the event. A default of the field does not help.",
        example: "symbols = [\"NEW\", \"PAID\", \"REFUNDED\"]    # REFUNDED is new, and the enum has no \
                  fallback",
        fix: "give the enum a `fallback` in one version, and add the symbol in a later one, when all \
              consumers have the fallback";

    ENUM_SYMBOL_REMOVED = "enum-symbol-removed", Wire, Deny,
        doc: "Older events can contain a removed symbol. Readers of the new version use the enum's default \
              for it. Without one they cannot read these events.",
        example: r#"symbols = ["NEW"]    # was: ["NEW", "PAID"]"#,
        fix: "put the symbol back, or give the enum a `fallback`";

    UNION_BRANCH_ADDED = "union-branch-added", Wire, Deny,
        doc: "Readers of the old version cannot read values of a new branch, because no branch of their \
              union matches.",
        example: r#"payment = "Card | Cash | Voucher"    # Voucher is new"#,
        fix: "add a new optional field for it; or take the two steps that the report shows; if it shows no \
              steps, make a new major version of the event";

    UNION_BRANCH_REMOVED = "union-branch-removed", Wire, Deny,
        doc: "Older events can contain values of a removed branch, and no other branch of the new version \
              reads them.",
        example: r#"payment = "Card"    # was: "Card | Cash""#,
        fix: "keep the branch; or take the two steps that the report shows; if it shows no steps, make a \
              new major version of the event";

    NAME_CHANGED = "name-changed", Wire, Deny,
        doc: "Records, enums and fixed types are matched by name: the part after the last dot must be \
              equal, or the reader must have the writer's full name as an alias.",
        example: "[types.Purchase]    # was: [types.Order]",
        fix: "keep the name; if only new readers read old events, the old name as an alias is enough: \
              `aliases = [\"Order\"]`";

    FIXED_SIZE_CHANGED = "fixed-size-changed", Wire, Deny,
        doc: "The size of a fixed type must not change. It is not on the wire, so both sides must have the \
              same size.",
        example: "fixed = 32    # was: 16",
        fix: "keep the size, and add a field of a new fixed type";

    AMBIGUOUS_ALIAS = "ambiguous-alias", Wire, Deny,
        doc: "The name and the aliases of a reader's field must match at most one field of the writer. If \
              they match two, the schemas do not say which one to read. Apache's Java reader throws an \
              exception.",
        example: "[types.Order.fields]\nbuyer = { type = \"string\", aliases = [\"customer\"] }\ncustomer \
                  = \"string\"    # both were there before",
        fix: "remove the alias that is the name of another field";

    TIME_UNIT_CHANGED = "time-unit-changed", Meaning, Deny,
        doc: "The unit of a date or time must not change. The number on the wire stays the same, so a \
              value written in milliseconds and read in microseconds is wrong by a factor of 1000.",
        example: r#"at = "timestamp-micros"    # was: "timestamp-millis""#,
        fix: "keep the unit, add a field with the new unit, and deprecate the old field";

    LOGICAL_TYPE_CHANGED = "logical-type-changed", Meaning, Deny,
        doc: "The logical type of a field must not change. The bytes can be read, but get another meaning: \
              a date becomes a time of day, an instant becomes a local time.",
        example: r#"at = "local-timestamp-millis"    # was: "timestamp-millis""#,
        fix: "keep the logical type, and add a field with the new one";

    LOGICAL_TYPE_ADDED = "logical-type-added", Meaning, Warn,
        doc: "A logical type must not be added to a field whose older values do not conform to it. Nothing \
              checks the values of older events.",
        example: r#"at = "timestamp-millis"    # was: "long""#,
        fix: "make sure that the values of older events conform to the logical type, then waive this finding";

    LOGICAL_TYPE_REMOVED = "logical-type-removed", Meaning, Warn,
        doc: "A field without its logical type is a plain number or string. A later version can give it \
              another meaning, and no rule detects that.",
        example: r#"at = "long"    # was: "timestamp-millis""#,
        fix: "keep the logical type";

    DECIMAL_SCALE_CHANGED = "decimal-scale-changed", Meaning, Deny,
        doc: "The scale of a decimal must not change. Only the digits are on the wire, so 12.34 becomes \
              0.1234 or 1234.",
        example: r#"price = "decimal(12,4)"    # was: "decimal(12,2)""#,
        fix: "keep the scale, and add a field with the new scale";

    DECIMAL_PRECISION_CHANGED = "decimal-precision-changed", Meaning, Warn,
        doc: "The precision of a decimal is the largest number of digits that a reader must accept. A \
              reader with the smaller precision may reject values of a writer with the larger one.",
        example: r#"price = "decimal(18,2)"    # was: "decimal(12,2)""#,
        fix: "raise the precision in all consumers first";

    TEXT_READ_AS_DECIMAL = "text-read-as-decimal", Meaning, Deny,
        doc: "A string must not be read as a decimal. The reader takes the bytes of the text as the digits \
              of a number: `12` becomes 12594.",
        example: r#"price = "decimal(12,2)"    # was: "string""#,
        fix: "keep the string, and add a field for the number";

    BYTES_READ_AS_STRING = "bytes-read-as-string", Meaning, Deny,
        doc: "Bytes can be read as a string only if they are valid UTF-8. Other bytes, such as `ff`, \
              cannot be read. Some implementations insert replacement characters instead.",
        example: r#"note = "string"    # was: "bytes""#,
        fix: "keep the bytes, and add a field for the text";

    LOSSY_PROMOTION = "lossy-promotion", Meaning, Warn,
        doc: "A promotion to `float` or `double` can round integers. A `float` holds 24 bits exactly, a \
              `double` holds 53.",
        example: r#"count = "double"    # was: "long""#,
        fix: "keep the type if values can be large";

    LOSSY_UNION_BRANCH = "lossy-union-branch", Meaning, Deny,
        doc: "A reader uses the first branch of its union to which the number can be promoted, even if a \
              later branch holds it exactly.",
        example: r#"count = "float | long"    # was: "int""#,
        fix: "put the exact type before `float` and `double`, or keep the old type as a branch";

    SYMBOL_REPLACED = "symbol-replaced", Meaning, Warn,
        doc: "A reader replaces a symbol that it does not know by the enum's default, and loses the \
              written symbol.",
        example: r#"symbols = ["NEW", "PAID"], fallback = "NEW"    # was: with REFUNDED"#,
        fix: "keep the symbol if consumers still need its events";

    ENUM_DEFAULT_CHANGED = "enum-default-changed", Meaning, Warn,
        doc: "Readers replace unknown symbols by an enum's default. With another default, the same event \
              is read as another value. Without a default, the next new symbol is a breaking change.",
        example: r#"fallback = "UNKNOWN"    # was: "NEW""#,
        fix: "keep the default";

    DEFAULT_CHANGED = "default-changed", Meaning, Warn,
        doc: "Readers use a field's default for events without the field. Another default changes the \
              meaning of events that are already written.",
        example: r#"currency = { type = "string", default = "USD" }    # was: "EUR""#,
        fix: "keep the default, and let producers write the new value";

    DEFAULT_REMOVED = "default-removed", Meaning, Warn,
        doc: "Without a default, a field cannot be read from events that do not have it. The previous \
              version has the field, but older versions may not.",
        example: r#"currency = "string"    # had a default"#,
        fix: "keep the default";

    FIELD_RENAMED_WITHOUT_ALIAS = "field-renamed-without-alias", Meaning, Deny,
        doc: "A renamed field needs its old name as an alias. Here a new field has the type and the \
              position of a removed field, and a default: readers see the default and lose the written \
              value.",
        example: r#"customer = { type = "string", default = "" }    # was: buyer"#,
        fix: "give the new field the old name as an alias, `aliases = [\"…\"]`; if it is another field, \
              add it in one version and remove the old one in the next";

    RENAME_UNKNOWN_TO_OLD_READERS = "rename-unknown-to-old-readers", Meaning, Warn,
        doc: "An alias helps only readers of the new version. Readers of the old version do not find the \
              field by its old name, and use their default instead of the written value.",
        example: r#"customer = { type = "string", default = "", aliases = ["buyer"] }    # was: buyer"#,
        fix: "keep the old name, or update all consumers before the producer";

    FIELD_REUSED = "field-reused", Meaning, Deny,
        doc: "The name of a removed field must not be used for another field. Readers of old events take \
              the values of the old field for those of the new one. Only a comparison with the whole \
              history detects this.",
        example: r#"note = "long"    # was "string" in minor 0, and removed in minor 1"#,
        fix: "choose another name";
}
