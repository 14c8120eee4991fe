//! Every error of the registry language. Lints have a table of their own, in [`crate::lint`].

use signalbook_diagnostics::Rule;

macro_rules! errors {
    ($($name:ident = $id:literal, $doc:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule::error($id, $doc);)*

        /// The rules that every registry must follow.
        pub(crate) static ERRORS: &[&Rule] = &[$(&$name),*];
    };
}

errors! {
    TOML_SYNTAX = "toml-syntax", "A registry file is a TOML 1.0 document.";
    UNKNOWN_ENTRY = "unknown-entry", "Keys are those of the registry language; a key that nobody reads is a slip.";
    MISSING_ENTRY = "missing-entry", "Some keys must be there.";
    WRONG_VALUE = "wrong-value", "A value is of the kind that its key asks for.";
    TYPE_SYNTAX = "type-syntax", "A type expression is a name, `list<T>`, `map<T>`, `T?`, `decimal(p,s)` or `A | B`.";
    MISSING_NAMESPACE = "missing-namespace", "A file that declares anything says in which namespace.";
    INVALID_NAME = "invalid-name", "Names are parts of paths: not empty, and without dots, `#`, `*`, blanks and the signs of type expressions.";
    RESERVED_NAME = "reserved-name", "The names of built-in types cannot be declared.";
    DUPLICATE_NAME = "duplicate-name", "A name is declared once in a namespace, whichever file it is in.";
    WHICH_TYPE = "which-type", "A type is a record, an enum, a fixed or a union, and says so by one of `fields`, `symbols`, `fixed`, `union`.";
    UNKNOWN_TYPE = "unknown-type", "Every type that is named is declared or built in.";
    UNKNOWN_SYMBOL = "unknown-symbol", "The fallback and the default of an enum are among its symbols.";
    EXTENDS_NO_RECORD = "extends-no-record", "Only records have fields to pass on.";
    EXTENDS_CYCLE = "extends-cycle", "A record cannot extend itself, by however long a way.";
    ENDLESS_TYPE = "endless-type", "Scalars and unions have no name on the wire, so none may contain itself; and a record that always contains another of itself has no value.";
    OVERSIZED_TYPE = "oversized-type", "A type expression has at most 1000 parts and a record at most 64 bases, once names are replaced by what they stand for.";
    EMPTY_ENUM = "empty-enum", "An enum has at least one symbol.";
    DUPLICATE_SYMBOL = "duplicate-symbol", "A symbol stands in an enum once.";
    FIXED_SIZE = "fixed-size", "The size of a fixed fits its logical type: 16 for `uuid`, 12 for `duration`, enough for the digits of a decimal.";
    UNION_IN_UNION = "union-in-union", "Avro has no union directly within a union, and an optional is one.";
    UNION_BRANCHES = "union-branches", "A union has at least one branch, and no two that travel as the same type.";
    OPTIONAL_NULL = "optional-null", "What is null anyway cannot be optional.";
    WRONG_DEFAULT = "wrong-default", "`default` and `initial` are values of their field's type; of a union, of its first branch.";
    AMBIGUOUS_TYPE = "ambiguous-type", "Within the schema of one event, every type has a name of its own; bare names of two namespaces may coincide.";
    CANNOT_TRAVEL = "cannot-travel", "A scalar whose wire is `none` occurs only in events for the process alone (`bus = false`).";
    NOT_RUST = "not-rust", "The types, derives and attributes that a registry names are Rust.";
}
