//! What a change does to Rust code that uses the events.

use signalbook_diagnostics::{Family, Level, Rule};

pub(crate) static RUST_MODULE_MOVED: Rule = Rule::lint(
    "rust-module-moved",
    Level::Warn,
    "A namespace is nothing to the wire, and a module in Rust: code that names the type no longer compiles.",
)
.about(Family::Rust)
.explained(
    "namespace = \"com.example.sales\"    # was: \"com.example.shop\"",
    "keep the namespace, or raise the major version of the crate",
);

pub(crate) static RUST_TYPE_CHANGED: Rule = Rule::lint(
    "rust-type-changed",
    Level::Warn,
    "Some types are one on the wire and two in Rust, and some are read as each other: code that uses the field no longer \
     compiles.",
)
.about(Family::Rust)
.explained(
    "quantity = \"long\"    # was: \"int\": an `i64` in place of an `i32`",
    "raise the major version of the crate",
);

pub(crate) static RENAME_HIDDEN_IN_RUST: Rule = Rule::lint(
    "rename-hidden-in-rust",
    Level::Warn,
    "Names can be two on the wire and one in Rust, `userId` and `user_id`: the generated code looks as if nothing had \
     happened.",
)
.about(Family::Rust)
.explained(
    "user_id = \"int\"    # was: userId",
    "keep the name as it was written, or give the new one the old as an alias",
);
