use crate::{Field, Name};

/// An event that is on the bus. The registry stores it under its event type.
///
/// This struct is exhaustive: the derives and the registry language must set each field.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The constant name: `COURSE_ENROLLMENT_CREATED`.
    pub name: String,
    /// The documentation.
    pub doc: Option<String>,
    /// The minor version. The major version is in the event type.
    pub minor: u32,
    /// The key path: field names joined by dots, `enrollment.course.course_key`.
    pub key: Option<String>,
    /// The topics to which the event is published, without prefix.
    pub topics: Vec<String>,
    /// The service that publishes the event.
    pub producer: Option<String>,
    /// Whether users can rely on the event.
    pub stability: Stability,
    /// The deprecation, if the event is deprecated.
    pub deprecation: Option<Deprecation>,
    /// How types are named in the schema of the event.
    pub type_names: TypeNames,
    /// The data: fields, in the order on the wire.
    pub data: Vec<Field>,
}

impl Event {
    /// Returns the default constant name of the event `event_type`: its subject and action in upper case.
    ///
    /// The first three parts, the reverse domain name and the subdomain, are not used.
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

    /// Returns the default constant name of an event whose namespace is known. `local` is the event type
    /// without the namespace: `order.placed.v1`.
    pub fn constant_name_in_namespace(local: &str) -> String {
        crate::rust::name(crate::rust::Item::Constant, without_version(local))
    }

    /// Returns the name of the record of `event_type` in its schema: `CloudEvent` in the namespace of the
    /// event type.
    pub fn record_name(event_type: &Name) -> Name {
        Name::in_namespace(event_type.as_str(), "CloudEvent")
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

/// Whether users can rely on an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stability {
    /// Changes follow the compatibility mode.
    #[default]
    Stable,
    /// The event can still change in any way.
    Unstable,
}

/// A deprecation: the replacement and the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// The event type to use instead.
    pub replacement: Option<String>,
    /// The reason.
    pub reason: Option<String>,
}

/// How types are named in the schema of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeNames {
    /// By the simple name, in the namespace of the event, as in Open edX.
    #[default]
    Bare,
    /// By the qualified name.
    Qualified,
}

impl TypeNames {
    /// Returns the name in the schema of `event_type` of a type that is called `name` in the registry.
    pub fn in_schema(self, event_type: &Name, name: &Name) -> Name {
        match self {
            Self::Bare => Name::in_namespace(event_type.as_str(), name.simple()),
            Self::Qualified => name.clone(),
        }
    }
}
