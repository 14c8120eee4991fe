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

mod choice;
mod cycles;
mod event;
mod fragments;
mod history;
mod layout;
mod modules;
mod names;
mod record;
mod tokens;
mod types;
mod values;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use signalbook_diagnostics::Finding;
use signalbook_history::History;
use signalbook_model::Name;

use self::cycles::Cycles;
use self::fragments::Fragments;
use self::modules::ModulePath;
use self::names::Names;
use self::tokens::{doc, ident};
use self::types::Site;
use crate::{Contract, Field, Scalar, Shape, TypeDef, TypeKind, rules};

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
    let emitter = Emitter {
        contract,
        history,
        names: Names::new(contract),
        cycles: Cycles::new(contract),
        fragments: Fragments::parse(contract)?,
    };
    let code = layout::file(emitter.file()).map_err(|error| {
        vec![Finding::new(&rules::NOT_RUST, format!("the code of this registry is not Rust: {error}"))]
    })?;
    Ok(format!("{HEAD}{code}"))
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
#[derive(Default)]
struct Module {
    items: TokenStream,
    modules: BTreeMap<String, Module>,
}

impl<'a> Emitter<'a> {
    fn file(&self) -> TokenStream {
        let mut root = Module::default();
        for scalar in &self.contract.scalars {
            if let Some(place) = self.names.type_place(&scalar.name) {
                root.at(&place.module).extend(self.scalar_item(scalar, &place.module));
            }
        }
        for def in &self.contract.types {
            if let Some(place) = self.names.type_place(&def.name) {
                root.at(&place.module).extend(self.type_item(def, &place.module));
            }
        }
        for event in &self.contract.events {
            if let Some(place) = self.names.event_place(&event.name) {
                let items = root.at(&place.module);
                items.extend(self.event(event, &place.module));
                items.extend(self.field_unions(
                    &event.data,
                    event.name.as_str(),
                    Site::new(&place.module, None),
                ));
            }
        }
        let modules = root.modules.into_iter().map(|(name, module)| module.written(&name, true));
        let history = history::item(self.history);
        quote!(#(#modules)* #history)
    }

    fn type_item(&self, def: &'a TypeDef, module: &ModulePath) -> TokenStream {
        let site = Site::new(module, Some(&def.name));
        let path = def.name.as_str();
        match &def.kind {
            TypeKind::Record(record) => {
                let item = self.record(def, record, module);
                let unions = self.field_unions(&record.fields, path, site);
                quote!(#item #unions)
            }
            TypeKind::Enum(definition) => self.symbols(def, definition),
            TypeKind::Fixed(fixed) => self.fixed(def, fixed),
            TypeKind::Union(branches) => {
                let place = self.names.type_place(&def.name);
                let item = self.union(def.doc.as_deref(), path, place, branches, site);
                let unions = branches.iter().map(|branch| self.unions(branch, path, site));
                quote!(#item #(#unions)*)
            }
        }
    }

    /// The alias or the enum of a scalar, and the enums of the unions without a name in its wire type.
    fn scalar_item(&self, scalar: &'a Scalar, module: &ModulePath) -> TokenStream {
        let path = scalar.name.as_str();
        let place = self.names.type_place(&scalar.name);
        let site = Site::new(module, Some(&scalar.name));
        let foreign = self.fragments.foreign(&scalar.name);
        match &scalar.wire {
            Some(_) if foreign.is_some_and(|foreign| foreign.rust.is_some()) => TokenStream::new(),
            Some(Shape::Union(branches)) if self.has_item(scalar) => {
                let item = self.union(scalar.doc.as_deref(), path, place, branches, site);
                let unions = branches.iter().map(|branch| self.unions(branch, path, site));
                quote!(#item #(#unions)*)
            }
            Some(wire) if self.has_item(scalar) => {
                let doc = doc(scalar.doc.as_deref());
                let name = place.map(|place| ident(&place.name));
                let ty = self.rust_type(wire, site).ty;
                quote!(#doc pub type #name = #ty;)
            }
            Some(wire) => self.unions(wire, path, site),
            None => TokenStream::new(),
        }
    }

    /// The enums of the unions without a name among `fields` of the type or event at `path`.
    fn field_unions(&self, fields: &'a [Field], path: &str, site: Site<'_>) -> TokenStream {
        fields
            .iter()
            .map(|field| self.unions(&field.shape, &format!("{path}.{}", field.name), site))
            .collect()
    }

    fn unions(&self, shape: &'a Shape, path: &str, site: Site<'_>) -> TokenStream {
        match shape {
            Shape::Builtin(_) | Shape::Type(_) | Shape::Scalar(_) => TokenStream::new(),
            Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => self.unions(inner, path, site),
            Shape::Union(branches) => {
                let place = self.names.union_place(shape);
                let item = place.map(|place| self.union(None, path, Some(place), branches, site));
                let inner = branches.iter().map(|branch| self.unions(branch, path, site));
                quote!(#item #(#inner)*)
            }
        }
    }
}

impl Module {
    fn at(&mut self, path: &[String]) -> &mut TokenStream {
        let mut module = self;
        for name in path {
            module = module.modules.entry(name.clone()).or_default();
        }
        &mut module.items
    }

    fn written(self, name: &str, is_top: bool) -> TokenStream {
        // What a linter has to say of generated code concerns nobody who could change it.
        let lints = is_top.then(|| {
            quote! {
                #[allow(clippy::all, clippy::pedantic)]
                #[allow(dead_code, deprecated, missing_docs, unreachable_pub)]
            }
        });
        let name = ident(name);
        let items = self.items;
        let modules = self.modules.into_iter().map(|(name, module)| module.written(&name, false));
        quote! {
            #lints
            pub mod #name {
                #items
                #(#modules)*
            }
        }
    }
}
