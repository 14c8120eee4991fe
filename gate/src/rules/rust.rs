//! Rules about Rust code that uses the types of an event.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static RUST_MODULE_MOVED: Rule = Rule::lint(
    "rust-module-moved",
    Level::Warn,
    "A new namespace moves the type to another Rust module. The wire form does not change, but code that \
     names the type no longer compiles.",
)
.about(Family::Rust)
.explained(
    "namespace = \"com.example.sales\"    # was: \"com.example.shop\"",
    "keep the namespace, or raise the major version of the crate",
);

pub(crate) static RUST_TYPE_CHANGED: Rule = Rule::lint(
    "rust-type-changed",
    Level::Warn,
    "Two compatible Avro types can have different Rust types. If a field changes from one to the other, code \
     that uses the field no longer compiles.",
)
.about(Family::Rust)
.explained(
    "quantity = \"long\"    # was: \"int\"; the Rust type `i32` becomes `i64`",
    "raise the major version of the crate",
);

pub(crate) static RENAME_HIDDEN_IN_RUST: Rule = Rule::lint(
    "rename-hidden-in-rust",
    Level::Warn,
    "Two different field names can have the same Rust name, as `userId` and `user_id` do. The generated code \
     then does not show that the field was renamed.",
)
.about(Family::Rust)
.explained(
    "user_id = \"int\"    # was: userId",
    "keep the old name, or give the field the old name as an alias",
);
