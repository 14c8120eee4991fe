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
    /// The name of the signal of `event_type` where none is given: its subject and action in capitals.
    ///
    /// These are what is left without the first three parts (a domain and a subdomain) and without the version.
    ///
    /// ```
    /// use signalbook_model::Event;
    ///
    /// assert_eq!(Event::constant_name("org.openedx.learning.course.enrollment.created.v1"), "COURSE_ENROLLMENT_CREATED");
    /// ```
    pub fn constant_name(event_type: &str) -> String {
        let parts: Vec<&str> = event_type.split('.').collect();
        let version = parts.last().is_some_and(|last| last.starts_with('v') && parts.len() > 1);
        let parts = &parts[..parts.len() - usize::from(version)];
        let named = if parts.len() > 3 { &parts[3..] } else { parts };
        crate::rust::name(crate::rust::Item::Constant, &named.join("_"))
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
