//! Rust from a contract.
//!
//! The code reads as if a person had written it, and holds no codec: that is what its derives are for. What a registry can
//! say and Rust cannot (the order of namespaces, a union without a name) follows rules, so that the same registry always
//! gives the same code, and adding to it renames nothing:
//!
//! - a namespace is a module, without the parts that all namespaces begin with ([`modules`]);
//! - an event is a struct called like its constant, with the major version from the second on (`OrderPlacedV2`);
//! - a union without a name is an enum called after its type and field;
//! - a name that Rust has taken, or another item of the module, gets a number ([`signalbook_model::rust`]).
//!
//! It is text from the start: lines of [`code`], with marks where they may be broken ([`breaks`]).

mod choice;
mod code;
mod cycles;
mod event;
mod foreign;
mod fragments;
mod history;
mod layout;
mod modules;
mod names;
mod record;
mod text;
mod types;
mod values;

use std::collections::BTreeMap;

use signalbook_diagnostics::Finding;
use signalbook_history::History;
use signalbook_model::Name;

use self::code::Code;
use self::cycles::Cycles;
use self::fragments::Fragments;
use self::names::{Names, Place};
use self::types::Site;
use crate::{Contract, Field, Scalar, Shape, TypeDef, TypeKind};

const HEAD: &str = "\
// Do not edit: this file is made from a signal registry.
// Change the registry, then build again, or run `signalbook generate rust` where the file is committed.
";

/// The code for `contract`: a file of modules, one for each namespace, and the static `HISTORY`, which holds the accepted
/// versions of its events and of those written by hand.
///
/// # Errors
/// A finding for each text in the registry that should be Rust and is not.
pub fn rust(contract: &Contract, history: &History) -> Result<String, Vec<Finding>> {
    let names = Names::new(contract);
    let fragments = Fragments::parse(contract, &names.depths())?;
    let emitter = Emitter { contract, history, names, cycles: Cycles::new(contract), fragments };
    Ok(emitter.file())
}

/// The path of the struct of an event, below the module that the file becomes: `shop::OrderPlaced`.
pub fn event_paths(contract: &Contract) -> BTreeMap<Name, String> {
    let names = Names::new(contract);
    let path = |event: &crate::EventDef| {
        let place = names.event_place(&event.name)?;
        let parts = place.module.iter().chain([&place.name]);
        Some((event.name.clone(), parts.map(String::as_str).collect::<Vec<_>>().join("::")))
    };
    contract.events.iter().filter_map(path).collect()
}

/// What every part of the emission looks things up in.
struct Emitter<'a> {
    contract: &'a Contract,
    history: &'a History,
    names: Names<'a>,
    cycles: Cycles<'a>,
    fragments: Fragments<'a>,
}

/// A module: its items, and the modules in it.
struct Module {
    items: Code,
    modules: BTreeMap<String, Module>,
}

impl<'a> Emitter<'a> {
    fn file(&self) -> String {
        let mut root = Module::new(0);
        for scalar in &self.contract.scalars {
            if let Some(place) = self.names.type_place(&scalar.name) {
                self.scalar_item(root.at(&place.module), scalar, place);
            }
        }
        for def in &self.contract.types {
            if let Some(place) = self.names.type_place(&def.name) {
                self.type_item(root.at(&place.module), def, place);
            }
        }
        for event in &self.contract.events {
            if let Some(place) = self.names.event_place(&event.name) {
                let code = root.at(&place.module);
                self.event(code, event, place);
                self.field_unions(code, &event.data, event.name.as_str(), Site::new(&place.module, None));
            }
        }
        let mut code = root.items;
        code.laid_out(HEAD);
        for (name, module) in root.modules {
            code.begin_item();
            // What a linter has to say of generated code concerns nobody who could change it.
            code.line("#[allow(clippy::all, clippy::pedantic)]");
            code.line("#[allow(dead_code, deprecated, missing_docs, unreachable_pub)]");
            module.write(&mut code, &name);
        }
        history::item(self.history, &mut code);
        code.into_text()
    }

    fn type_item(&self, code: &mut Code, def: &'a TypeDef, place: &Place) {
        let site = Site::new(&place.module, Some(&def.name));
        let path = def.name.as_str();
        match &def.kind {
            TypeKind::Record(record) => {
                self.record(code, def, record, place);
                self.field_unions(code, &record.fields, path, site);
            }
            TypeKind::Enum(definition) => self.symbols(code, def, definition, place),
            TypeKind::Fixed(fixed) => self.fixed(code, def, fixed, place),
            TypeKind::Union(branches) => {
                self.union(code, def.doc.as_deref(), path, place, branches, site);
                self.branch_unions(code, branches, path, site);
            }
        }
    }

    /// The alias or the enum of a scalar, and the enums of the unions without a name in its wire type.
    fn scalar_item(&self, code: &mut Code, scalar: &'a Scalar, place: &Place) {
        let path = scalar.name.as_str();
        let site = Site::new(&place.module, Some(&scalar.name));
        let foreign = self.fragments.foreign(&scalar.name);
        match &scalar.wire {
            Some(_) if foreign.is_some_and(|foreign| foreign.rust.is_some()) => {}
            Some(Shape::Union(branches)) if self.has_item(scalar) => {
                self.union(code, scalar.doc.as_deref(), path, place, branches, site);
                self.branch_unions(code, branches, path, site);
            }
            Some(wire) if self.has_item(scalar) => {
                code.begin_item();
                code.doc(scalar.doc.as_deref());
                code.line(&format!("pub type {} = {};", place.name, self.rust_type(wire, site).ty));
            }
            Some(wire) => self.unions(code, wire, path, site),
            None => {}
        }
    }

    /// The enums of the unions without a name among `fields` of the type or event at `path`.
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
                if let Some(place) = self.names.union_place(shape) {
                    self.union(code, None, path, place, branches, site);
                }
                self.branch_unions(code, branches, path, site);
            }
        }
    }
}

impl Module {
    /// Without items, `depth` blocks deep.
    fn new(depth: usize) -> Self {
        Self { items: Code::new(depth), modules: BTreeMap::new() }
    }

    /// The items of the module at `path`.
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
