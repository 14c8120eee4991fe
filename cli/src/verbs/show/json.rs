//! The same pages as JSON.

use signalbook_codegen::tool::{CheckedRegistry, EventDef};
use signalbook_model::{Definition, Json, Schema, Stability, Type};

use super::page::{EventPage, TypePage};
use super::tree::personal_data;

pub(super) fn contents(checked: &CheckedRegistry) -> Json {
    let event = |event: &EventDef| {
        Json::object([
            ("event_type", Json::string(event.name.as_str())),
            ("doc", optional(event.doc.as_deref())),
            ("bus", Json::Bool(event.bus)),
        ])
    };
    let types = checked.types.iter().map(|ty| {
        Json::object([("name", Json::string(ty.name.as_str())), ("doc", optional(ty.doc.as_deref()))])
    });
    Json::object([
        ("events", Json::Array(checked.events.iter().map(event).collect())),
        ("types", Json::Array(types.collect())),
    ])
}

pub(super) fn event(page: &EventPage<'_>) -> Json {
    let EventPage { registry, event_type, event, owner, fingerprint } = *page;
    let personal = personal_data(registry, &event.data);
    let personal = personal
        .iter()
        .map(|(path, class)| Json::object([("path", Json::string(path)), ("class", Json::string(class))]));
    let deprecation = event.deprecation.as_ref().map_or(Json::Null, |deprecation| {
        Json::object([
            ("replacement", optional(deprecation.replacement.as_deref())),
            ("reason", optional(deprecation.reason.as_deref())),
        ])
    });
    let stability = match event.stability {
        Stability::Stable => "stable",
        Stability::Unstable => "unstable",
    };
    Json::object([
        ("event_type", Json::string(event_type.as_str())),
        ("name", Json::string(&event.name)),
        ("doc", optional(event.doc.as_deref())),
        ("minor", Json::Integer(event.minor.into())),
        ("stability", Json::string(stability)),
        ("deprecation", deprecation),
        ("key", optional(event.key.as_deref())),
        ("topics", Json::Array(event.topics.iter().map(|topic| Json::string(topic)).collect())),
        ("producer", optional(event.producer.as_deref())),
        ("owner", optional(owner)),
        ("personal_data", Json::Array(personal.collect())),
        ("fingerprint", fingerprint.map_or(Json::Null, |crc| Json::String(format!("{crc:016x}")))),
        ("schema", registry.schema(event_type.as_str()).map_or(Json::Null, |schema| tree(&schema))),
    ])
}

pub(super) fn local(event: &EventDef) -> Json {
    Json::object([
        ("event_type", Json::string(event.name.as_str())),
        ("name", Json::string(&event.constant)),
        ("doc", optional(event.doc.as_deref())),
        ("minor", Json::Integer(event.minor.into())),
        ("owner", optional(event.owner.as_deref())),
        ("bus", Json::Bool(false)),
    ])
}

pub(super) fn definition(page: &TypePage<'_>) -> Json {
    let TypePage { registry, name, definition } = *page;
    let schema = Schema { root: Type::Named(name.clone()), definitions: registry.types.clone() };
    let kind = match definition {
        Definition::Record(_) => "record",
        Definition::Enum(_) => "enum",
        Definition::Fixed(_) => "fixed",
    };
    Json::object([
        ("name", Json::string(name.as_str())),
        ("kind", Json::string(kind)),
        ("schema", tree(&schema)),
    ])
}

fn optional(maybe: Option<&str>) -> Json {
    maybe.map_or(Json::Null, Json::string)
}

fn tree(schema: &Schema) -> Json {
    Json::parse(&schema.to_json()).unwrap_or(Json::Null)
}
