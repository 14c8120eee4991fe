//! The same pages as JSON.

use signalbook_codegen::{Contract, EventDef};
use signalbook_model::{Definition, Json, Schema, Stability, Type};

use super::page::{EventPage, TypePage};
use super::tree::personal_data;

pub(super) fn contents(contract: &Contract) -> Json {
    let event = |event: &EventDef| {
        object([
            ("event_type", text(event.name.as_str())),
            ("doc", optional(event.doc.as_deref())),
            ("bus", Json::Bool(event.bus)),
        ])
    };
    let types = contract
        .types
        .iter()
        .map(|ty| object([("name", text(ty.name.as_str())), ("doc", optional(ty.doc.as_deref()))]));
    object([
        ("events", Json::Array(contract.events.iter().map(event).collect())),
        ("types", Json::Array(types.collect())),
    ])
}

pub(super) fn event(page: &EventPage<'_>) -> Json {
    let EventPage { registry, event_type, event, owner, fingerprint } = *page;
    let personal = personal_data(registry, &event.data);
    let personal =
        personal.iter().map(|(path, class)| object([("path", text(path)), ("class", text(class))]));
    let deprecation = event.deprecation.as_ref().map_or(Json::Null, |deprecation| {
        object([
            ("replacement", optional(deprecation.replacement.as_deref())),
            ("reason", optional(deprecation.reason.as_deref())),
        ])
    });
    let stability = match event.stability {
        Stability::Stable => "stable",
        Stability::Unstable => "unstable",
    };
    object([
        ("event_type", text(event_type.as_str())),
        ("name", text(&event.name)),
        ("doc", optional(event.doc.as_deref())),
        ("minor", Json::Integer(event.minor.into())),
        ("stability", text(stability)),
        ("deprecation", deprecation),
        ("key", optional(event.key.as_deref())),
        ("topics", Json::Array(event.topics.iter().map(|topic| text(topic)).collect())),
        ("producer", optional(event.producer.as_deref())),
        ("owner", optional(owner)),
        ("personal_data", Json::Array(personal.collect())),
        ("fingerprint", fingerprint.map_or(Json::Null, |crc| Json::String(format!("{crc:016x}")))),
        ("schema", registry.schema(event_type.as_str()).map_or(Json::Null, |schema| tree(&schema))),
    ])
}

pub(super) fn local(event: &EventDef) -> Json {
    object([
        ("event_type", text(event.name.as_str())),
        ("name", text(&event.constant)),
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
    object([("name", text(name.as_str())), ("kind", text(kind)), ("schema", tree(&schema))])
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn optional(maybe: Option<&str>) -> Json {
    maybe.map_or(Json::Null, text)
}

fn tree(schema: &Schema) -> Json {
    Json::parse(&schema.to_json()).unwrap_or(Json::Null)
}
