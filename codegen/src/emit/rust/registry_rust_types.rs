//! Describes the Rust code that is generated from a registry.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_history::History;
use signalbook_model::Name;
use signalbook_model::rust::{RustApi, RustField, RustItem, RustTypes};

use super::names::{ItemPath, field_names};
use super::pretty_print::flat;
use super::types::Site;
use super::{Emitter, enum_fixed_union, event, record};
use crate::checked_registry::{CheckedRegistry, Field, Shape, TypeKind};

/// Describes the Rust code for the records, enums and events of `checked`, by their names in the registry and
/// by event types. Returns `None` if a text in the registry is not valid Rust.
pub fn registry_rust_types(checked: &CheckedRegistry) -> Option<RustTypes> {
    let history = History::default();
    let emitter = Emitter::new(checked, &history).ok()?;
    let descriptions = Descriptions::new(&emitter);
    let mut types = RustTypes::new();
    for def in &checked.types {
        let Some(item) = emitter.names.type_path(&def.name) else { continue };
        let (fields, traits, is_open): (&[Field], _, _) = match &def.kind {
            TypeKind::Record(record) => (&record.fields, record::traits(def), false),
            TypeKind::Enum(definition) => (&[], enum_fixed_union::traits(definition), definition.open),
            TypeKind::Fixed(_) | TypeKind::Union(_) => continue,
        };
        let derives = emitter.fragments.derives(def.name.as_str(), traits);
        types.insert(def.name.clone(), descriptions.item(item, fields, derives, is_open));
    }
    for event in &checked.events {
        if let Some(item) = emitter.names.event_path(&event.name) {
            let derives = emitter.fragments.derives(event.name.as_str(), &event::TRAITS);
            types.insert(event.name.clone(), descriptions.item(item, &event.data, derives, false));
        }
    }
    Some(types)
}

/// Describes the items of a registry.
struct Descriptions<'e, 'a> {
    emitter: &'e Emitter<'a>,
    /// The items by their paths, with the wire type of the scalar if the item is its alias.
    items: BTreeMap<String, (&'e ItemPath, Option<&'a Shape>)>,
}

impl<'e, 'a> Descriptions<'e, 'a> {
    fn new(emitter: &'e Emitter<'a>) -> Self {
        let mut items: BTreeMap<_, _> =
            emitter.names.items().map(|item| (full(item), (item, None))).collect();
        for scalar in emitter.checked.scalars.iter().filter(|scalar| emitter.has_item(scalar)) {
            if let (Some(item), Some(wire @ Shape::Builtin(_))) =
                (emitter.names.type_path(&scalar.name), &scalar.wire)
            {
                items.insert(full(item), (item, Some(wire)));
            }
        }
        Self { emitter, items }
    }

    fn item(&self, item: &ItemPath, fields: &'a [Field], derives: Vec<&str>, is_open: bool) -> RustItem {
        let mut rust = RustItem::new(item.module.join("::"), Vec::new());
        let site = Site::new(&[], None);
        for (field, rust_name) in fields.iter().zip(field_names(fields)) {
            let mut described =
                RustField::new(&*field.name, rust_name, format!("`{}`", self.described(&field.shape)));
            add_definitions(&field.shape, self.emitter.checked, &mut described.definitions);
            rust.fields.push(described);
        }
        let parameters = fields.iter().filter(|field| self.emitter.filled(field, site).is_none());
        let parameters: Vec<String> = parameters.map(|field| field.name.clone()).collect();
        rust.api = Some(RustApi {
            derives: derives.into_iter().map(str::to_owned).collect(),
            parameters: (parameters.len() < fields.len()).then_some(parameters),
            is_open,
        });
        rust
    }

    /// Returns the Rust type of a shape without modules, which are described once for each item, and with the
    /// types that aliases are for.
    fn described(&self, shape: &'a Shape) -> String {
        let ty = flat(&self.emitter.rust_type(shape, Site::new(&[], None)).ty);
        let is_of_path = |character: char| character.is_alphanumeric() || "_:#".contains(character);
        let mut described = String::new();
        for part in ty.split_inclusive(|character| !is_of_path(character)) {
            let path = part.trim_end_matches(|character| !is_of_path(character));
            match self.items.get(path) {
                Some((_, Some(wire))) => described.push_str(&self.described(wire)),
                Some((item, None)) => described.push_str(&item.name),
                None => described.push_str(path),
            }
            described.push_str(&part[path.len()..]);
        }
        described
    }
}

fn full(item: &ItemPath) -> String {
    item.module.iter().chain([&item.name]).map(String::as_str).collect::<Vec<_>>().join("::")
}

/// Adds the types that a shape names.
fn add_definitions(shape: &Shape, checked: &CheckedRegistry, definitions: &mut BTreeSet<Name>) {
    match shape {
        Shape::Builtin(_) => {}
        Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => {
            add_definitions(inner, checked, definitions);
        }
        Shape::Union(branches) => {
            for branch in branches {
                add_definitions(branch, checked, definitions);
            }
        }
        Shape::Type(name) => drop(definitions.insert(name.clone())),
        Shape::Scalar(name) => {
            if let Some(wire) = checked.scalar(name).and_then(|scalar| scalar.wire.as_ref()) {
                add_definitions(wire, checked, definitions);
            }
        }
    }
}
