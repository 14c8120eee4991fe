use crate::Field;

/// What a registry says of one event that travels; its event type is the key under which the registry holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The constant that names its signal, `COURSE_ENROLLMENT_CREATED`.
    pub name: String,
    /// What happened, for people.
    pub doc: Option<String>,
    /// The minor version; the major is in the event type.
    pub minor: u32,
    /// The path of the scalar that orders the events: field names joined by dots, `enrollment.course.course_key`.
    pub key: Option<String>,
    /// The topics it is published to, without prefix.
    pub topics: Vec<String>,
    /// The one service that sends it.
    pub producer: Option<String>,
    /// How much its users may rely on it.
    pub stability: Stability,
    /// Set where it is no longer to be used.
    pub deprecation: Option<Deprecation>,
    /// How its schema names the types below it.
    pub type_names: TypeNames,
    /// What it carries, in the order of the wire.
    pub data: Vec<Field>,
}

impl Event {
    /// The constant name of the event `event_type`, if none is given: its subject and action in capitals.
    ///
    /// The first three parts, the reverse domain name and the subdomain, do not count.
    ///
    /// ```
    /// use signalbook_model::Event;
    ///
    /// assert_eq!(Event::constant_name("com.example.shop.order.placed.v1"), "ORDER_PLACED");
    /// ```
    pub fn constant_name(event_type: &str) -> String {
        let name = without_version(event_type);
        Self::constant_name_in_namespace(name.splitn(4, '.').nth(3).unwrap_or(name))
    }

    /// The same for an event whose namespace is known. `local` is the rest of its event type: `order.placed.v1`.
    pub fn constant_name_in_namespace(local: &str) -> String {
        crate::rust::name(crate::rust::Item::Constant, without_version(local))
    }

    /// Returns true if `part`, of an event type, is a major version: `v1`.
    pub fn is_major_version(part: &str) -> bool {
        part.strip_prefix('v').is_some_and(|digits| {
            !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

fn without_version(event_type: &str) -> &str {
    match event_type.rsplit_once('.') {
        Some((name, version)) if Event::is_major_version(version) => name,
        Some(_) | None => event_type,
    }
}

/// How much the users of an event may rely on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stability {
    /// Changes follow the compatibility mode.
    #[default]
    Stable,
    /// May still change.
    Unstable,
}

/// Why an event is no longer to be used, and what takes its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// The event type to use instead.
    pub replacement: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// How the schema of an event names the types below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeNames {
    /// By the last part of the qualified name, in the event's own namespace; as Open edX does.
    #[default]
    Bare,
    /// By the qualified name.
    Qualified,
}
