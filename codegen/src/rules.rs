//! Every error of the registry language. Lints have a table of their own, in [`crate::lint`].

use signalbook_diagnostics::Rule;

macro_rules! errors {
    ($($name:ident = $id:literal, $doc:literal, $example:literal, $fix:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule::error($id, $doc).explained($example, $fix);)*

        /// The rules that every registry must follow.
        pub(crate) static ERRORS: &[&Rule] = &[$(&$name),*];
    };
}

errors! {
    TOML_SYNTAX = "toml-syntax", "A registry file is a TOML 1.0 document.",
        r#"fields = { id = "string""#,
        "close what was opened; the message names the place";
    UNKNOWN_ENTRY = "unknown-entry", "Keys are those of the registry language; a key that nobody reads is a slip.",
        r#"[types.Order]
feilds = { id = "string" }    # means: fields"#,
        "correct the key, or remove it; completion from the JSON Schema of the format prevents the slip";
    MISSING_ENTRY = "missing-entry", "Some keys must be there.",
        r#"[types.Order.fields]
id = { doc = "Its number." }    # of which type?"#,
        "add the key that the message names";
    WRONG_VALUE = "wrong-value", "A value is of the kind that its key asks for.",
        r#"[events."order.placed.v1"]
minor = "2"    # a number is needed"#,
        "write a value of the kind that the message names";
    TYPE_SYNTAX = "type-syntax", "A type expression is a name, `list<T>`, `map<T>`, `T?`, `decimal(p,s)`, `A | B` or `(A | B)?`.",
        r#"lines = "list<OrderLine""#,
        "write a name, `list<T>`, `map<T>`, `T?`, `decimal(p,s)`, `A | B` or `(A | B)?`";
    MISSING_NAMESPACE = "missing-namespace", "A file that declares anything says in which namespace.",
        "[types.Order]    # and no `namespace` above it",
        r#"begin the file with `namespace = "com.example.shop"`"#;
    INVALID_NAME = "invalid-name", "Names are parts of paths: not empty, and without dots, `#`, `*`, blanks and the signs of type expressions.",
        r#"[types."Order.Line"]"#,
        "take another name; a type of another namespace is declared in a file of that namespace";
    RESERVED_NAME = "reserved-name", "The names of built-in types cannot be declared.",
        "[types.string]",
        "take another name";
    DUPLICATE_NAME = "duplicate-name", "A name is declared once in a namespace, whichever file it is in.",
        "[types.Order]
[scalars.Order]",
        "rename one, or remove it";
    WHICH_TYPE = "which-type", "A type is a record, an enum, a fixed or a union, and says so by one of `fields`, `symbols`, `fixed`, `union`.",
        r#"[types.Order]
doc = "What a customer ordered.""#,
        "say which kind of type it is: `fields` makes a record, `symbols` an enum, `fixed` a fixed, `union` a union";
    UNKNOWN_TYPE = "unknown-type", "Every type that is named is declared or built in.",
        r#"lines = "list<OrderLin>"    # declared is OrderLine"#,
        "correct the name, or declare the type; one of another namespace is named in full";
    UNKNOWN_SYMBOL = "unknown-symbol", "The fallback and the default of an enum are among its symbols.",
        r#"[types.Channel]
symbols  = ["WEB", "SHOP"]
fallback = "PHONE""#,
        "add the symbol, or take one that is there";
    EXTENDS_NO_RECORD = "extends-no-record", "Only records have fields to pass on.",
        r#"[types.Order]
extends = "Channel"    # an enum"#,
        "extend a record, or write the fields out";
    EXTENDS_CYCLE = "extends-cycle", "A record cannot extend itself, by however long a way.",
        r#"[types.A]
extends = "B"
[types.B]
extends = "A""#,
        "remove one `extends`";
    INFINITE_TYPE = "infinite-type", "Scalars and unions have no name on the wire, so none may contain itself; and a record that always contains another of itself has no value.",
        r#"[types.A]
fields = { b = "B" }
[types.B]
fields = { a = "A" }"#,
        "make one of the fields optional or a list, so that a value can end";
    OVERSIZED_TYPE = "oversized-type", "A type expression has at most 1000 parts and a record at most 64 bases, once names are replaced by what they stand for.",
        r#"[scalars.A]
wire = "B | list<B> | map<B>"    # and so on, each twice as large as the one before"#,
        "name the inner types: a record or an enum counts once";
    EMPTY_ENUM = "empty-enum", "An enum has at least one symbol.",
        "[types.Channel]
symbols = []",
        "add a symbol";
    DUPLICATE_SYMBOL = "duplicate-symbol", "A symbol stands in an enum once.",
        r#"symbols = ["WEB", "SHOP", "WEB"]"#,
        "remove one";
    FIXED_SIZE = "fixed-size", "The size of a fixed fits its logical type: 16 for `uuid`, 12 for `duration`, enough for the digits of a decimal.",
        r#"[types.Id]
fixed   = 12
logical = "uuid""#,
        "give it the size that the message names";
    UNION_IN_UNION = "union-in-union", "Avro has no union directly within a union, and an optional is one.",
        r#"union = ["string", "Payment"]    # Payment is a union itself"#,
        "list the branches of the inner union in the outer one";
    UNION_BRANCHES = "union-branches", "A union has at least one branch, and no two that travel as the same type.",
        r#"amount = "int | int""#,
        "remove one, or make them two named types";
    OPTIONAL_NULL = "optional-null", "What is null anyway cannot be optional.",
        r#"nothing = "null?""#,
        "write `null`, or the type that is optional";
    WRONG_DEFAULT = "wrong-default", "`default` and `initial` are values of their field's type; of a union, of its first branch.",
        r#"quantity = { type = "int", default = "one" }"#,
        "write a value of the type";
    AMBIGUOUS_TYPE = "ambiguous-type", "Within the schema of one event, every type has a name of its own; bare names of two namespaces may coincide.",
        r#"data = { order = "Order", other = "com.example.old.Order" }"#,
        "rename one of the types, or have types travel by their qualified names";
    NO_WIRE_FORM = "no-wire-form", "A scalar whose wire is `none` occurs only in events for the process alone (`bus = false`).",
        r#"[scalars.File]
wire = "none"
[events."image.uploaded.v1"]
data = { file = "File" }"#,
        "say `bus = false` for the event, or send what identifies the thing";
    NOT_RUST = "not-rust", "The types, derives and attributes that a registry names are Rust.",
        r#"[scalars.CourseKey]
wire = "string"
rust = "opaque keys::CourseKey""#,
        "write the path of a type, as it stands in Rust";
}
