use std::borrow::Cow;

use signalbook_model::Builder;

use crate::{Encode, EncodeError, Encoder};

/// An event: a fact that a service announces, with everything the bus needs to know about it.
///
/// Derived: `#[derive(Event)]` writes it.
pub trait Event: Encode {
    /// The event type, `org.openedx.learning.course.enrollment.created.v1`.
    const TYPE: &'static str;
    /// The minor version of its schema.
    const MINOR: u32;
    /// The topics it is published to, without prefix.
    const TOPICS: &'static [&'static str];
    /// The path of its key; the registry's word, for people.
    const KEY: Option<&'static str>;
    /// Whether the key, or anything on its path, has a PII class: then it never stands in a log.
    const KEY_IS_PII: bool;

    /// Puts the event, and the types below it, into `builder`.
    fn describe_event(builder: &mut Builder);

    /// The value at the key path; none where the event names no key, or an optional part of the path is null.
    fn key(&self) -> Option<Key<'_>>;
}

/// The value of an event's key: a scalar of the wire.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Key<'a> {
    /// `boolean`
    Boolean(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `string`, and what travels as one.
    String(Cow<'a, str>),
    /// `bytes` and fixed.
    Bytes(Cow<'a, [u8]>),
}

impl Key<'_> {
    /// Its Avro encoding, which a backend orders and partitions by.
    ///
    /// # Errors
    /// None today; the encoder's.
    pub fn encode(&self, _out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        Ok(())
    }
}
