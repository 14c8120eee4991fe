//! The rules about facts and Rust code.

use signalbook_diagnostics::Rule;

signalbook_diagnostics::rules! {
    /// The rules of this crate, in the order of the documentation.
    static RULES;

    EVENT_REMOVED = "event-removed", Facts, Deny,
        doc: "An event type stays in the registry until its accepted versions are retired, because \
              services may still send it or have events left to read.",
        example: r#"[events."order.placed.v1"] was deprecated, and is no longer in the registry."#,
        fix: "put the event back, or retire its minor versions once it is no longer sent or read: \
              `signalbook retire`";

    DEPRECATION_SKIPPED = "deprecation-skipped", Facts, Deny,
        doc: "An event type must be deprecated before it is removed, so that its users are warned.",
        example: r#"[events."order.placed.v1"] was not deprecated, and is no longer in the registry."#,
        fix: "put the event back with `deprecated = { replacement = \"…\", reason = \"…\" }`, and retire \
              it later";

    KEY_CHANGED = "key-changed", Facts, Deny,
        doc: "The key of an event must not change. Events with the same key stay in order because they go \
              to the same partition. With another key, related events can arrive out of order, and joins \
              and compaction by key give wrong results.",
        example: r#"key = "order.id"    # was: "order.customer""#,
        fix: "keep the key, or make a new major version of the event";

    KEY_TYPE_CHANGED = "key-type-changed", Facts, Deny,
        doc: "The type of a key must not change. The bytes of the key choose the partition, and another \
              type is encoded as other bytes. Related events then go to different partitions and can \
              arrive out of order.",
        example: "[types.Order.fields]\nid = \"long\"    # was: \"int\", and `order.id` is the key",
        fix: "keep the type of the key, or make a new major version of the event";

    TOPIC_CHANGED = "topic-changed", Facts, Deny,
        doc: "An event must not leave a topic that consumers read. They get no more events, and no error.",
        example: r#"topics = ["purchases"]    # was: ["orders"]"#,
        fix: "publish to both topics until no consumer reads the old one: keep it in `topics`";

    PRODUCER_CHANGED = "producer-changed", Facts, Warn,
        doc: "An event has one producer. While two services send it, their events have no order among each \
              other.",
        example: r#"producer = "checkout"    # was: "shop""#,
        fix: "make sure that the old service stops before the new one starts, then waive this finding";

    PII_ADDED = "pii-added", Facts, Warn,
        doc: "A field was marked as personal data after events with it were written, logged and stored \
              without protection. The class protects only events that are written from now on.",
        example: r#"email = { type = "string", pii = "email" }    # was: "string""#,
        fix: "check the older events on topics and in logs, then waive this finding";

    PII_REMOVED = "pii-removed", Facts, Deny,
        doc: "A field is no longer marked as personal data, and is still there. Logs and tools then show its \
              values, also those of older events.",
        example: r#"email = "string"    # was: { type = "string", pii = "email" }"#,
        fix: "put the class back; if the field never held personal data, waive this finding";

    RUST_MODULE_MOVED = "rust-module-moved", Rust, Warn,
        doc: "A new namespace moves the type to another Rust module. The wire form does not change, but \
              code that names the type no longer compiles.",
        example: r#"namespace = "com.example.sales"    # was: "com.example.shop""#,
        fix: "keep the namespace, or raise the major version of the crate";

    RUST_TYPE_CHANGED = "rust-type-changed", Rust, Warn,
        doc: "Two compatible Avro types can have different Rust types. If a field changes from one to the \
              other, code that uses the field no longer compiles.",
        example: r#"quantity = "long"    # was: "int"; the Rust type `i32` becomes `i64`"#,
        fix: "raise the major version of the crate";

    RUST_API_CHANGED = "rust-api-changed", Rust, Warn,
        doc: "A generated type loses a trait, its constructor takes other fields, or an enum becomes open. \
              The wire form does not change, but code that uses the type may no longer compile. The gate \
              knows this if the baseline is a registry, not only its schemas.",
        example: "[types.Order.fields]\ncount = { type = \"int\" }    # was: with `initial = 1`",
        fix: "raise the major version of the crate";

    RENAME_HIDDEN_IN_RUST = "rename-hidden-in-rust", Rust, Warn,
        doc: "Two different field names can have the same Rust name, as `userId` and `user_id` do. The \
              generated code then does not show that the field was renamed.",
        example: r#"user_id = "int"    # was: userId"#,
        fix: "keep the old name, or give the field the old name as an alias";
}

/// Returns every rule of the gate, in the order of the documentation.
pub fn rules() -> Vec<&'static Rule> {
    [signalbook_evolve::RULES, RULES].concat()
}
