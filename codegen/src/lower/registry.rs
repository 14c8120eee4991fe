//! Makes the `model::Registry` of a checked registry: the events on the bus and their types.

use std::collections::BTreeMap;

use signalbook_model::{
    self as model, Attributes, Definition, FixedLogical, Json, Name, Registry, Type, fixed_names,
};

use crate::checked_registry::{CheckedRegistry, Deprecation, EventDef, Field, Shape, TypeDef, TypeKind};
use crate::key;
use crate::syntax::Spanned;

/// Returns the type for a shape, or `None` if a part of it has no wire form.
pub(super) type Wire<'a> = dyn Fn(&Shape) -> Option<Type> + 'a;

/// Returns all types, also unused ones, but without fields that have no wire form. Defaults are checked
/// against them.
pub(super) fn definitions<'a>(
    types: impl Iterator<Item = (&'a TypeDef, Vec<&'a Field>)>,
    wire: &Wire<'_>,
) -> Registry {
    let mut registry = Registry { types: builtins(), events: BTreeMap::new() };
    for (ty, fields) in types {
        if let Some(definition) = definition(ty, &fields, wire) {
            registry.types.insert(ty.name.clone(), definition);
        }
    }
    registry
}

/// Returns all types and events, also those that are not on the bus, but without fields that have no wire
/// form. Keys are not checked.
pub(super) fn complete(checked: &CheckedRegistry, wire: &Wire<'_>) -> Registry {
    let types = checked.types.iter().map(|ty| match &ty.kind {
        TypeKind::Record(record) => (ty, record.fields.iter().collect()),
        TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_) => (ty, Vec::new()),
    });
    let events = checked.events.iter();
    let events = events.map(|written| (written.name.clone(), event(written, checked, wire)));
    Registry { events: events.collect(), ..definitions(types, wire) }
}

/// Returns the events on the bus, and the types that they use.
pub(super) fn project(checked: &CheckedRegistry) -> Registry {
    let mut registry = Registry::default();
    let mut reached = Vec::new();
    for written in checked.events.iter().filter(|event| event.bus) {
        let Some(mut event) = checked.complete.events.get(&written.name).cloned() else { continue };
        if key::check(written, checked).is_err() {
            event.key = None;
        }
        event.data.iter().for_each(|field| reached.extend(field.ty.references().into_iter().cloned()));
        registry.events.insert(written.name.clone(), event);
    }
    while let Some(name) = reached.pop() {
        if registry.types.contains_key(&name) {
            continue;
        }
        let Some(definition) = checked.complete.types.get(&name) else { continue };
        if let Definition::Record(record) = definition {
            record.fields.iter().for_each(|field| reached.extend(field.ty.references().into_iter().cloned()));
        }
        registry.types.insert(name, definition.clone());
    }
    registry
}

/// Returns the built-in named types.
fn builtins() -> BTreeMap<Name, Definition> {
    let fixed = |name, size, logical| {
        let fixed = model::Fixed { size, logical: Some(logical), ..model::Fixed::default() };
        (Name::new(name), Definition::Fixed(fixed))
    };
    BTreeMap::from([
        fixed(fixed_names::DURATION, 12, FixedLogical::Duration),
        fixed(fixed_names::UUID, 16, FixedLogical::Uuid),
    ])
}

/// Returns the definition of a type. Returns `None` for a union, because it has no name on the wire.
fn definition(ty: &TypeDef, fields: &[&Field], wire: &Wire<'_>) -> Option<Definition> {
    let doc = ty.doc.clone();
    let aliases = plain(&ty.aliases);
    let attributes = Attributes::new();
    match &ty.kind {
        TypeKind::Record(_) => {
            let fields = fields.iter().filter_map(|written| field(written, wire)).collect();
            Some(Definition::Record(model::Record { doc, aliases, fields, error: false, attributes }))
        }
        TypeKind::Enum(written) => {
            let symbols = plain(&written.symbols);
            let fallback = written.fallback.clone();
            Some(Definition::Enum(model::Enum { doc, aliases, symbols, fallback, attributes }))
        }
        TypeKind::Fixed(written) => {
            let (size, logical) = (written.size, written.logical);
            Some(Definition::Fixed(model::Fixed { doc, aliases, size, logical, attributes }))
        }
        TypeKind::Union(_) => None,
    }
}

/// Returns the type of a field. Its default is a value of the first branch of a union.
pub(super) fn field_type(written: &Field, wire: &Wire<'_>) -> Option<Type> {
    match (&written.shape, &written.default) {
        (Shape::Optional(some), Some(default)) if *default != Json::Null => {
            Some(Type::Union(vec![wire(some)?, Type::NULL]))
        }
        (shape, _) => wire(shape),
    }
}

fn field(written: &Field, wire: &Wire<'_>) -> Option<model::Field> {
    Some(model::Field {
        doc: written.doc.clone(),
        aliases: plain(&written.aliases),
        default: written.default.clone(),
        order: written.order,
        pii: written.pii.clone(),
        ..model::Field::new(written.name.clone(), field_type(written, wire)?)
    })
}

fn event(written: &EventDef, checked: &CheckedRegistry, wire: &Wire<'_>) -> model::Event {
    model::Event {
        name: written.constant.clone(),
        doc: written.doc.clone(),
        minor: written.minor,
        key: written.key.as_ref().map(|path| plain(path).join(".")),
        topics: plain(&written.topics),
        producer: written.producer.clone(),
        stability: written.stability,
        deprecation: written.deprecation.as_ref().map(deprecation),
        type_names: checked.settings.type_names,
        data: written.data.iter().filter_map(|written| field(written, wire)).collect(),
    }
}

fn deprecation(written: &Deprecation) -> model::Deprecation {
    let replacement = written.replacement.as_ref().map(|name| name.value.clone());
    model::Deprecation { replacement, reason: written.reason.clone() }
}

fn plain(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}
