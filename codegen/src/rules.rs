//! The errors of the registry language. The lints are in [`crate::lint`].

use signalbook_diagnostics::Rule;

macro_rules! errors {
    ($($name:ident = $id:literal, $doc:literal, $example:literal, $fix:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule::error($id, $doc).explained($example, $fix);)*

        /// The rules that every registry must follow.
        pub(crate) static ERRORS: &[&Rule] = &[$(&$name),*];
    };
}

errors! {
    TOML_SYNTAX = "toml-syntax", "A registry file must be a valid TOML 1.0 document.",
        r#"fields = { id = "string""#,
        "correct the TOML; the message shows where it is wrong";
    UNKNOWN_ENTRY = "unknown-entry",
        "Every key must be a key of the registry language. Any other key is probably a typing error.",
        r#"[types.Order]
feilds = { id = "string" }    # should be `fields`"#,
        "correct the key, or remove it; an editor that uses the JSON Schema of the format completes keys";
    MISSING_ENTRY = "missing-entry", "Required keys must be present.",
        r#"[types.Order.fields]
id = { doc = "The order number." }    # `type` is missing"#,
        "add the key that the message names";
    WRONG_VALUE = "wrong-value",
        "A value must have the TOML type that its key requires, and must be in the allowed range.",
        r#"[events."order.placed.v1"]
minor = "2"    # must be an integer"#,
        "write a value as the message says";
    TYPE_SYNTAX = "type-syntax",
        "A type expression is a name, `list<T>`, `map<T>`, `T?`, `decimal(p,s)`, `A | B` or `(A | B)?`.",
        r#"lines = "list<OrderLine""#,
        "write a name, `list<T>`, `map<T>`, `T?`, `decimal(p,s)`, `A | B` or `(A | B)?`";
    MISSING_NAMESPACE = "missing-namespace", "A file with declarations must have a `namespace`.",
        "[types.Order]    # there is no `namespace` above it",
        r#"begin the file with `namespace = "com.example.shop"`"#;
    INVALID_NAME = "invalid-name",
        "Names are parts of paths. A name must not be empty, and must not contain dots, `#`, `*`, blanks or \
         the punctuation of type expressions.",
        r#"[types."Order.Line"]"#,
        "choose another name; declare a type of another namespace in a file with that namespace";
    RESERVED_NAME = "reserved-name", "The names of built-in types cannot be declared.",
        "[types.string]",
        "choose another name";
    DUPLICATE_NAME = "duplicate-name",
        "A name can be declared only once in a namespace, even in different files.",
        "[types.Order]
[scalars.Order]",
        "rename one of the declarations, or remove it";
    WHICH_TYPE = "which-type",
        "A type is a record, an enum, a fixed or a union. It must have exactly one of the keys `fields`, \
         `symbols`, `fixed` and `union`.",
        r#"[types.Order]
doc = "What a customer ordered.""#,
        "add one key: `fields` for a record, `symbols` for an enum, `fixed` for a fixed, `union` for a union";
    UNKNOWN_TYPE = "unknown-type", "A type expression must only use declared types and built-in types.",
        r#"lines = "list<OrderLin>"    # the declared type is `OrderLine`"#,
        "correct the name, or declare the type; use the full name for a type of another namespace";
    UNKNOWN_SYMBOL = "unknown-symbol", "The fallback and the default of an enum must be symbols of the enum.",
        r#"[types.Channel]
symbols  = ["WEB", "SHOP"]
fallback = "PHONE""#,
        "add the symbol to the enum, or use one of its symbols";
    EXTENDS_NO_RECORD = "extends-no-record", "`extends` must name a record.",
        r#"[types.Order]
extends = "Channel"    # an enum"#,
        "extend a record, or write the fields in the type itself";
    EXTENDS_CYCLE = "extends-cycle", "A record must not extend itself, directly or through other records.",
        r#"[types.A]
extends = "B"
[types.B]
extends = "A""#,
        "remove one `extends`";
    INFINITE_TYPE = "infinite-type",
        "A scalar or a union must not contain itself, because it has no name on the wire. A record must not \
         always contain another value of itself, because such a record has no finite value.",
        r#"[types.A]
fields = { b = "B" }
[types.B]
fields = { a = "A" }"#,
        "make one of the fields optional or a list";
    OVERSIZED_TYPE = "oversized-type",
        "A type expression has at most 1000 parts and 64 levels, with scalars and unions expanded. A record \
         has at most 64 bases.",
        r#"[scalars.A]
wire = "B | list<B> | map<B>"    # each of B, C, ... is as large"#,
        "declare records for the inner types: a record or an enum counts as one part";
    EMPTY_ENUM = "empty-enum", "An enum must have at least one symbol.",
        "[types.Channel]
symbols = []",
        "add a symbol";
    DUPLICATE_SYMBOL = "duplicate-symbol", "A symbol can occur only once in an enum.",
        r#"symbols = ["WEB", "SHOP", "WEB"]"#,
        "remove one of them";
    FIXED_SIZE = "fixed-size",
        "The size of a fixed must fit its logical type: 16 for `uuid`, 12 for `duration`, and enough bytes \
         for the digits of a decimal.",
        r#"[types.Id]
fixed   = 12
logical = "uuid""#,
        "set the size that the message names";
    UNION_IN_UNION = "union-in-union",
        "A union must not be a branch of another union. An optional type is a union too.",
        r#"union = ["string", "Payment"]    # `Payment` is a union"#,
        "list the branches of the inner union in the outer one";
    UNION_BRANCHES = "union-branches",
        "A union must have at least one branch, and no two branches with the same wire form.",
        r#"amount = "int | int""#,
        "remove one of the branches, or declare a record around it";
    OPTIONAL_NULL = "optional-null", "`null`, or a union with `null`, cannot be optional.",
        r#"nothing = "null?""#,
        "write `null` without `?`, or make another type optional";
    WRONG_DEFAULT = "wrong-default",
        "`default` and `initial` must be values of the field's type. The default of \
         a union must be a value of its first branch.",
        r#"quantity = { type = "int", default = "one" }"#,
        "write a value of the field's type";
    AMBIGUOUS_TYPE = "ambiguous-type",
        "All types in the schema of an event must have different names. With `type_names = \"bare\"`, types \
         of two namespaces can have the same name.",
        r#"data = { order = "Order", other = "com.example.old.Order" }"#,
        "rename one of the types, or set `type_names = \"qualified\"`";
    NO_WIRE_FORM = "no-wire-form",
        "A scalar with `wire = \"none\"` can only be used in events that are not on the bus (`bus = false`).",
        r#"[scalars.File]
wire = "none"
[events."image.uploaded.v1"]
data = { file = "File" }"#,
        "set `bus = false` on the event, or send an identifier in place of the value";
    NOT_RUST = "not-rust",
        "The Rust types, derives and attributes in a registry must be valid Rust.",
        r#"[scalars.CourseKey]
wire = "string"
rust = "opaque keys::CourseKey""#,
        "write the path of a type, as in Rust source code";
}
