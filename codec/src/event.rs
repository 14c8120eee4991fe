use signalbook_model::Builder;

use crate::{Encode, History, Key, SchemaError};

/// What is announced under an event type, if only within the process.
///
/// Derived by `#[derive(Event)]`; with `#[event(local)]` it is all that is derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no event type",
    label = "not an event",
    note = "derive it: `#[derive(Event)] #[event(type = \"com.example.shop.order.placed.v1\")]`"
)]
pub trait EventType {
    /// The event type, `org.openedx.learning.course.enrollment.created.v1`.
    const TYPE: &'static str;
    /// The minor version of its schema.
    const MINOR: u32;
}

/// An event: a fact that a service announces, with everything the bus needs to know about it.
///
/// Derived: `#[derive(Event)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event that travels",
    label = "does not implement `signalbook::Event`",
    note = "derive it: `#[derive(Event)] #[event(type = \"com.example.shop.order.placed.v1\")]`",
    note = "an event with `#[event(local)]` stays within the process"
)]
pub trait Event: EventType + Encode {
    /// The topics it is published to, without prefix.
    const TOPICS: &'static [&'static str];
    /// The path of its key; the registry's word, for people.
    const KEY: Option<&'static str>;
    /// Whether the key, or anything on its path, has a PII class: then it never stands in a log.
    const KEY_IS_PII: bool;
    /// The accepted versions of its schema, among those of other events; what is written with them can be read.
    const HISTORY: &'static History;

    /// Puts the event, and the types below it, into `builder`.
    fn describe_event(builder: &mut Builder);

    /// The value at the key path; none where the event names no key, or an optional part of the path is null.
    fn key(&self) -> Option<Key<'_>>;

    /// The CRC-64-AVRO fingerprint of its schema; computed once.
    ///
    /// # Errors
    /// The types below the event have no schema; see [`schema_of`](crate::schema_of).
    fn fingerprint() -> Result<u64, SchemaError>;
}
