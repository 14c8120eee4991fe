use signalbook_model::Builder;

use crate::{Encode, History, Key, SchemaError};

/// A type with an event type, whether it is published or stays within the process.
///
/// `#[derive(Event)]` implements it; with `#[event(local)]` it implements nothing else.
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

/// An event that can be published, with all that the bus needs to know about it.
///
/// `#[derive(Event)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be published",
    label = "does not implement `signalbook::Event`",
    note = "derive it: `#[derive(Event)] #[event(type = \"com.example.shop.order.placed.v1\")]`",
    note = "an event with `#[event(local)]` stays within the process: use `Signals::send_local` and \
            `Signals::connect_local`"
)]
pub trait Event: EventType + Encode {
    /// The topics that it is published to, without prefix.
    const TOPICS: &'static [&'static str];
    /// The key path, as in the registry. It is for messages only.
    const KEY: Option<&'static str>;
    /// Whether the key or a field on its path is personal data. Then it never appears in a log.
    const KEY_IS_PII: bool;
    /// The accepted versions of its schema, and perhaps those of other events. Data of these versions can be
    /// read.
    const HISTORY: &'static History;

    /// Adds the event, and the definitions of its types, to `builder`.
    fn describe_event(builder: &mut Builder);

    /// The value at the key path, or `None` if the event has no key or an optional part of the path is null.
    fn key(&self) -> Option<Key<'_>>;

    /// The CRC-64-AVRO fingerprint of its schema, which is computed once.
    ///
    /// # Errors
    /// Returns an error if the event has no schema; see [`schema_of`](crate::schema_of).
    fn fingerprint() -> Result<u64, SchemaError>;
}
