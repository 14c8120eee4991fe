use signalbook_model::{Stability, TypeNames};
use syn::{DeriveInput, GenericParam, Generics, LitStr, Path};

use super::{Container, Field, named_fields, one_of};
use crate::attr::{Attributes, Item};
use crate::errors::Errors;
use crate::key::Key;

/// A struct that derives `Event`.
pub(crate) struct Event {
    pub(crate) container: Container,
    pub(crate) ty: String,
    pub(crate) name: String,
    pub(crate) minor: u32,
    pub(crate) key: Option<Key>,
    pub(crate) topics: Vec<LitStr>,
    pub(crate) producer: Option<LitStr>,
    pub(crate) stability: Stability,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) type_names: TypeNames,
    pub(crate) local: bool,
    /// The path of a `signalbook::History`.
    pub(crate) history: Option<Path>,
    pub(crate) fields: Vec<Field>,
}

/// `deprecated(replacement = "…", reason = "…")`
pub(crate) struct Deprecation {
    pub(crate) replacement: Option<LitStr>,
    pub(crate) reason: Option<LitStr>,
}
const EVENT: &[&str] = &[
    "type",
    "name",
    "minor",
    "key",
    "topics",
    "producer",
    "stability",
    "deprecated",
    "type_names",
    "history",
    "local",
];

impl Event {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let mut attributes = Attributes::read(&input.attrs, "event", EVENT, errors);
        let event_type = attributes.text("type", errors);
        let name = attributes.text("name", errors);
        let minor = attributes.take("minor").and_then(|item| item.number(errors)).unwrap_or(0);
        let key = attributes.text("key", errors);
        let topics = attributes.texts("topics", errors);
        let producer = attributes.text("producer", errors);
        let stability = attributes.text("stability", errors);
        let stability =
            one_of(stability, errors, &[("stable", Stability::Stable), ("unstable", Stability::Unstable)]);
        let deprecation =
            attributes.take("deprecated").and_then(|deprecated| Deprecation::read(deprecated, errors));
        let type_names = attributes.text("type_names", errors);
        let type_names =
            one_of(type_names, errors, &[("bare", TypeNames::Bare), ("qualified", TypeNames::Qualified)]);
        let history = attributes
            .take("history")
            .and_then(|item| item.assigned::<Path>("history = events::HISTORY", errors));
        let local = attributes.flag("local", errors);
        check_parameters(&input.generics, errors);
        let fields = named_fields(input, "an event", errors)?;
        let fields = if local.is_some() { Vec::new() } else { Field::read_all(fields, errors) };
        let Some(event_type) = event_type else {
            if errors.is_empty() {
                let message =
                    "an event needs its type: `#[event(type = \"com.example.shop.order.placed.v1\")]`";
                errors.push(&input.ident, message);
            }
            return None;
        };
        check_event_type(&event_type, errors);
        let key = match &local {
            Some(local) if key.is_some() => {
                errors.push(local, "a local event is not published, so it has no key");
                None
            }
            Some(_) => None,
            None => key.and_then(|key| Key::read(&key, &fields, errors)),
        };
        let event_type = event_type.value();
        let name =
            name.map_or_else(|| signalbook_model::Event::constant_name(&event_type), |name| name.value());
        Some(Self {
            container,
            ty: event_type,
            name,
            minor,
            key,
            topics,
            producer,
            stability: stability.unwrap_or_default(),
            deprecation,
            type_names: type_names.unwrap_or_default(),
            local: local.is_some(),
            history,
            fields,
        })
    }
}
impl Deprecation {
    fn read(deprecated: Item, errors: &mut Errors) -> Option<Self> {
        let mut list = deprecated.list(&["replacement", "reason"], errors)?;
        Some(Self { replacement: list.text("replacement", errors), reason: list.text("reason", errors) })
    }
}

fn check_parameters(generics: &Generics, errors: &mut Errors) {
    for parameter in &generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            let message = "an event has one schema, so its struct must not have type or const parameters";
            errors.push(parameter, message);
        }
    }
}

fn check_event_type(written: &LitStr, errors: &mut Errors) {
    let event_type = written.value();
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if !event_type.split('.').all(is_part) {
        errors.push(
            written,
            "an event type consists of letters, digits, `_` and `-`, with dots between its parts",
        );
    }
}
