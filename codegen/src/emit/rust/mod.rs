//! Generates Rust code from a registry.
//!
//! The code looks like hand-written code, and contains no codec, because the derives generate it. Fixed rules
//! determine the items that a registry does not name. The same registry always gives the same code, and an
//! addition does not rename existing items:
//!
//! - A namespace is a module, without the parts with which all namespaces begin ([`modules`]).
//! - An event is a struct with its constant name, with the major version if it is 2 or higher
//!   (`OrderPlacedV2`).
//! - A union without a name is an enum with a name made from its type and field.
//! - A name that is already used by Rust or by another item of the module gets a number
//!   ([`signalbook_model::rust`]).
//!
//! The code is text: lines of [`code`], with marks for line breaks ([`layout`]).

mod code;
mod cycles;
mod enum_fixed_union;
mod event;
mod history;
mod literals;
mod module_paths;
mod names;
mod pretty_print;
mod record;
mod registry_rust_types;
mod schema_rust_types;
mod syn_text;
mod types;
mod user_code;
mod values;

use std::collections::BTreeMap;

use signalbook_diagnostics::Finding;
use signalbook_history::History;
use signalbook_model::Name;

pub use self::registry_rust_types::registry_rust_types;
pub use self::schema_rust_types::rust_types;

use self::code::Code;
use self::cycles::Cycles;
use self::names::{ItemPath, Names};
use self::types::Site;
use self::user_code::Fragments;
use crate::checked_registry::{CheckedRegistry, Field, Scalar, Shape, TypeDef, TypeKind};

const HEAD: &str = "\
// Do not edit: this file is generated from a registry.
// Change the registry and build again. If this file is committed, run `signalbook generate rust`.
";

/// Returns the code for `checked`: a file with a module for each namespace, and the static `HISTORY`, which
/// contains the accepted versions of all events, also of hand-written ones.
///
/// # Errors
/// Returns a finding for each text in the registry that is not valid Rust.
pub fn rust(checked: &CheckedRegistry, history: &History) -> Result<String, Vec<Finding>> {
    Ok(Emitter::new(checked, history)?.file())
}

/// Returns the path of an event's struct in the generated module: `shop::OrderPlaced`.
pub fn event_paths(checked: &CheckedRegistry) -> BTreeMap<Name, String> {
    let names = Names::new(checked);
    let path = |event: &crate::checked_registry::EventDef| {
        let item = names.event_path(&event.name)?;
        let parts = item.module.iter().chain([&item.name]);
        Some((event.name.clone(), parts.map(String::as_str).collect::<Vec<_>>().join("::")))
    };
    checked.events.iter().filter_map(path).collect()
}

/// The data that all parts of the generator use.
struct Emitter<'a> {
    checked: &'a CheckedRegistry,
    history: &'a History,
    names: Names<'a>,
    cycles: Cycles<'a>,
    fragments: Fragments<'a>,
}

/// A module: its items and submodules.
struct Module {
    items: Code,
    modules: BTreeMap<String, Module>,
}

impl<'a> Emitter<'a> {
    fn new(checked: &'a CheckedRegistry, history: &'a History) -> Result<Self, Vec<Finding>> {
        let names = Names::new(checked);
        let fragments = Fragments::parse(checked, &names.depths())?;
        Ok(Self { checked, history, names, cycles: Cycles::new(checked), fragments })
    }

    fn file(&self) -> String {
        let mut root = Module::new(0);
        for scalar in &self.checked.scalars {
            if let Some(item) = self.names.type_path(&scalar.name) {
                self.scalar_item(root.at(&item.module), scalar, item);
            }
        }
        for def in &self.checked.types {
            if let Some(item) = self.names.type_path(&def.name) {
                self.type_item(root.at(&item.module), def, item);
            }
        }
        for event in &self.checked.events {
            if let Some(item) = self.names.event_path(&event.name) {
                let code = root.at(&item.module);
                self.event(code, event, item);
                self.field_unions(code, &event.data, event.name.as_str(), Site::new(&item.module, None));
            }
        }
        let mut code = root.items;
        code.laid_out(HEAD);
        for (name, module) in root.modules {
            code.begin_item();
            // Lints in generated code are of no use, because users cannot change the code.
            code.line("#[allow(clippy::all, clippy::pedantic)]");
            code.line("#[allow(dead_code, deprecated, missing_docs, unreachable_pub)]");
            module.write(&mut code, &name);
        }
        history::item(self.history, &mut code);
        code.into_text()
    }

    fn type_item(&self, code: &mut Code, def: &'a TypeDef, item: &ItemPath) {
        let site = Site::new(&item.module, Some(&def.name));
        let path = def.name.as_str();
        match &def.kind {
            TypeKind::Record(record) => {
                self.record(code, def, record, item);
                self.field_unions(code, &record.fields, path, site);
            }
            TypeKind::Enum(definition) => self.symbols(code, def, definition, item),
            TypeKind::Fixed(fixed) => self.fixed(code, def, fixed, item),
            TypeKind::Union(branches) => {
                self.union(code, def.doc.as_deref(), path, item, branches, site);
                self.branch_unions(code, branches, path, site);
            }
        }
    }

    /// Writes the type alias or the enum of a scalar, and the enums of the unnamed unions in its wire type.
    fn scalar_item(&self, code: &mut Code, scalar: &'a Scalar, item: &ItemPath) {
        let path = scalar.name.as_str();
        let site = Site::new(&item.module, Some(&scalar.name));
        let foreign = self.fragments.foreign(&scalar.name);
        match &scalar.wire {
            Some(_) if foreign.is_some_and(|foreign| foreign.rust.is_some()) => {}
            Some(Shape::Union(branches)) if self.has_item(scalar) => {
                self.union(code, scalar.doc.as_deref(), path, item, branches, site);
                self.branch_unions(code, branches, path, site);
            }
            Some(wire) if self.has_item(scalar) => {
                code.begin_item();
                code.doc(scalar.doc.as_deref());
                code.line(&format!("pub type {} = {};", item.name, self.rust_type(wire, site).ty));
            }
            Some(wire) => self.unions(code, wire, path, site),
            None => {}
        }
    }

    /// Writes the enums of the unnamed unions in `fields` of the type or event at `path`.
    fn field_unions(&self, code: &mut Code, fields: &'a [Field], path: &str, site: Site<'_>) {
        for field in fields {
            self.unions(code, &field.shape, &format!("{path}.{}", field.name), site);
        }
    }

    fn branch_unions(&self, code: &mut Code, branches: &'a [Shape], path: &str, site: Site<'_>) {
        for branch in branches {
            self.unions(code, branch, path, site);
        }
    }

    fn unions(&self, code: &mut Code, shape: &'a Shape, path: &str, site: Site<'_>) {
        match shape {
            Shape::Builtin(_) | Shape::Type(_) | Shape::Scalar(_) => {}
            Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => {
                self.unions(code, inner, path, site);
            }
            Shape::Union(branches) => {
                if let Some(item) = self.names.union_path(shape) {
                    self.union(code, None, path, item, branches, site);
                }
                self.branch_unions(code, branches, path, site);
            }
        }
    }
}

impl Module {
    /// Creates an empty module, `depth` blocks deep.
    fn new(depth: usize) -> Self {
        Self { items: Code::new(depth), modules: BTreeMap::new() }
    }

    /// Returns the items of the module at `path`.
    fn at(&mut self, path: &[String]) -> &mut Code {
        let mut module = self;
        for (depth, name) in (1..).zip(path) {
            module = module.modules.entry(name.clone()).or_insert_with(|| Self::new(depth));
        }
        &mut module.items
    }

    fn write(self, code: &mut Code, name: &str) {
        code.block(&format!("pub mod {name}"), |code| {
            code.laid_out(&self.items.into_text());
            for (name, module) in self.modules {
                code.begin_item();
                module.write(code, &name);
            }
        });
    }
}
