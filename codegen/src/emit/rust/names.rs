//! The Rust items of the parts of a registry.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use signalbook_model::Name;
use signalbook_model::rust::{self, Item, unraw};

use super::module_paths::{ModulePath, ModulePaths};
use crate::checked_registry::{CheckedRegistry, Enum, Field, Shape, TypeKind};
use crate::syntax::Builtin;

/// Names of the standard library that generated code uses unqualified. A type with such a name gets a number.
const TAKEN: [&str; 8] = ["Box", "Default", "Into", "None", "Option", "Some", "String", "Vec"];

/// The module and the name of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemPath {
    pub(crate) module: ModulePath,
    pub(crate) name: String,
}

/// The Rust paths of all declarations of a registry, and of its unnamed unions.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// Types and scalars, by qualified name.
    types: HashMap<&'a Name, ItemPath>,
    /// Events, by event type.
    events: HashMap<&'a Name, ItemPath>,
    /// Unnamed unions, by their address in the registry.
    unions: HashMap<*const Shape, ItemPath>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(checked: &'a CheckedRegistry) -> Self {
        let namespaces = checked.types.iter().map(|def| def.name.namespace());
        let namespaces = namespaces
            .chain(checked.scalars.iter().map(|scalar| scalar.name.namespace()))
            .chain(checked.events.iter().map(|event| event.namespace.as_str()));
        let modules = ModulePaths::new(namespaces);
        let mut items: BTreeMap<&str, Items<'a>> = BTreeMap::new();
        for def in &checked.types {
            items.entry(def.name.namespace()).or_default().types.push(&def.name);
        }
        for scalar in &checked.scalars {
            items.entry(scalar.name.namespace()).or_default().types.push(&scalar.name);
        }
        for event in &checked.events {
            let written = event_name(&event.constant, &event.name);
            items.entry(&event.namespace).or_default().events.push((&event.name, written));
        }
        let mut names = Self { types: HashMap::new(), events: HashMap::new(), unions: HashMap::new() };
        for (namespace, items) in items {
            names.add(&items, modules.path(namespace));
        }
        names.add_unions(checked);
        names
    }

    fn add(&mut self, items: &Items<'a>, module: &[String]) {
        let written = items.types.iter().map(|name| name.simple());
        let written = written.chain(items.events.iter().map(|(_, written)| written.as_str()));
        let paths = rust::names(Item::Type, written, &TAKEN);
        let mut paths = paths.into_iter().map(|name| ItemPath { module: module.to_vec(), name });
        self.types.extend(items.types.iter().copied().zip(paths.by_ref()));
        self.events.extend(items.events.iter().map(|(name, _)| *name).zip(paths));
    }

    fn add_unions(&mut self, checked: &'a CheckedRegistry) {
        let mut unions = Unions { checked, by_module: BTreeMap::new() };
        for def in &checked.types {
            let Some(owner) = self.types.get(&def.name) else { continue };
            match &def.kind {
                TypeKind::Record(record) => unions.find_in_fields(&record.fields, owner),
                TypeKind::Union(branches) => unions.find_in_branches(branches, owner),
                TypeKind::Enum(_) | TypeKind::Fixed(_) => {}
            }
        }
        for scalar in &checked.scalars {
            let Some(owner) = self.types.get(&scalar.name) else { continue };
            match &scalar.wire {
                // The union has the name of the scalar.
                Some(Shape::Union(branches)) => unions.find_in_branches(branches, owner),
                Some(wire) => unions.find(wire, owner, ""),
                None => {}
            }
        }
        for event in &checked.events {
            if let Some(owner) = self.events.get(&event.name) {
                unions.find_in_fields(&event.data, owner);
            }
        }
        let mut used: HashMap<&[String], Vec<&str>> = HashMap::new();
        for item in self.types.values().chain(self.events.values()) {
            used.entry(&item.module).or_default().push(unraw(&item.name));
        }
        for (module, found) in unions.by_module {
            let used = used.get(module.as_slice()).map_or(&[][..], Vec::as_slice);
            let taken = [used, &TAKEN].concat();
            let names = rust::names(Item::Type, found.iter().map(|(_, written)| written.as_str()), &taken);
            for ((shape, _), name) in found.iter().zip(names) {
                self.unions.insert(*shape, ItemPath { module: module.clone(), name });
            }
        }
    }

    /// Returns the Rust path of the type or scalar `name` of the registry.
    pub(crate) fn type_path(&self, name: &Name) -> Option<&ItemPath> {
        self.types.get(name)
    }

    /// Returns the Rust path of the struct of the event `event_type` of the registry.
    pub(crate) fn event_path(&self, event_type: &Name) -> Option<&ItemPath> {
        self.events.get(event_type)
    }

    /// The paths of all items.
    pub(super) fn items(&self) -> impl Iterator<Item = &ItemPath> {
        self.types.values().chain(self.events.values()).chain(self.unions.values())
    }

    /// Returns the module depths of all items.
    pub(super) fn depths(&self) -> BTreeSet<usize> {
        self.types.values().chain(self.events.values()).map(|item| item.module.len()).collect()
    }

    /// Returns the Rust path of the enum of `shape`, an unnamed union.
    pub(super) fn union_path(&self, shape: &Shape) -> Option<&ItemPath> {
        self.unions.get(&std::ptr::from_ref(shape))
    }
}

/// The declarations of a namespace.
#[derive(Default)]
struct Items<'a> {
    types: Vec<&'a Name>,
    events: Vec<(&'a Name, String)>,
}

/// The unnamed unions, by module, each with its preferred name.
struct Unions<'a> {
    checked: &'a CheckedRegistry,
    by_module: BTreeMap<ModulePath, Vec<(*const Shape, String)>>,
}

impl Unions<'_> {
    fn find_in_fields(&mut self, fields: &[Field], owner: &ItemPath) {
        for field in fields {
            self.find(&field.shape, owner, &field.name);
        }
    }

    fn find_in_branches(&mut self, branches: &[Shape], owner: &ItemPath) {
        for branch in branches {
            self.find(branch, owner, "");
        }
    }

    fn find(&mut self, shape: &Shape, owner: &ItemPath, field: &str) {
        match shape {
            Shape::Builtin(_) | Shape::Type(_) | Shape::Scalar(_) => {}
            Shape::List(inner) => self.find(inner, owner, if field.is_empty() { "item" } else { field }),
            Shape::Map(inner) => self.find(inner, owner, if field.is_empty() { "value" } else { field }),
            Shape::Optional(inner) => self.find(inner, owner, field),
            Shape::Union(branches) => {
                if nullable(self.checked, branches).is_none() {
                    let written = format!("{}_{field}", unraw(&owner.name));
                    let found = self.by_module.entry(owner.module.clone()).or_default();
                    found.push((std::ptr::from_ref(shape), written));
                }
                for branch in branches {
                    self.find(branch, owner, field);
                }
            }
        }
    }
}

/// Returns true if `shape` is a union that becomes an enum.
pub(super) fn is_enum(checked: &CheckedRegistry, shape: &Shape) -> bool {
    matches!(shape, Shape::Union(branches) if nullable(checked, branches).is_none())
}

/// Returns the `T` of `null | T`, which is an `Option`, not an enum.
pub(super) fn nullable<'s>(checked: &CheckedRegistry, branches: &'s [Shape]) -> Option<&'s Shape> {
    match branches {
        [null, inner] if checked.is_null(null) => Some(inner),
        _ => None,
    }
}

/// Returns the name of an event's struct: the constant name, with the major version if it is 2 or higher.
fn event_name(constant: &str, event_type: &Name) -> String {
    let major = event_type.simple().strip_prefix('v').and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major > 1 && !constant.ends_with(&format!("_V{major}")) => {
            format!("{constant}_V{major}")
        }
        _ => constant.to_owned(),
    }
}

/// Returns the names of the fields of a struct.
pub(super) fn field_names(fields: &[Field]) -> Vec<String> {
    rust::names(Item::Field, fields.iter().map(|field| field.name.as_str()), &[])
}

/// Returns the names of the variants of an enum, without the open variant.
pub(super) fn symbol_names(definition: &Enum) -> Vec<String> {
    let taken: &[&str] = if definition.open { &[OPEN] } else { &[] };
    rust::names(Item::Variant, definition.symbols.iter().map(|symbol| symbol.value.as_str()), taken)
}

/// The open variant of an enum, which keeps unknown symbols.
pub(super) const OPEN: &str = "Unknown";

/// Returns the names of the variants of a union, which are the names of the branches.
pub(super) fn branch_names(checked: &CheckedRegistry, branches: &[Shape]) -> Vec<String> {
    let written = branches.iter().filter(|branch| !checked.is_null(branch)).map(branch_name);
    let mut names = rust::names(Item::Variant, written, &[NULL]).into_iter();
    let name =
        |branch| if checked.is_null(branch) { NULL.to_owned() } else { names.next().unwrap_or_default() };
    branches.iter().map(name).collect()
}

/// The variant for null. The derive requires this name.
const NULL: &str = "Null";

fn branch_name(branch: &Shape) -> &str {
    match branch {
        Shape::Builtin(builtin) => match builtin {
            Builtin::Primitive(primitive) => primitive.name(),
            Builtin::Logical(logical) => logical.name(),
            Builtin::Duration => "duration",
            Builtin::Uuid => "uuid",
            Builtin::DateTime => "date-time",
        },
        Shape::List(_) => "list",
        Shape::Map(_) => "map",
        Shape::Optional(inner) => branch_name(inner),
        Shape::Union(_) => "union",
        Shape::Type(name) | Shape::Scalar(name) => name.simple(),
    }
}
