//! Enums, fixed types and unions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use signalbook_model::FixedLogical;
use signalbook_model::rust::{self, Item, unraw};

use super::Emitter;
use super::names::{OPEN, Place, branch_names, symbol_names};
use super::tokens::{aliases, doc, ident};
use super::types::Site;
use crate::{Builtin, Enum, Fixed, Shape, TypeDef};

impl<'a> Emitter<'a> {
    /// The enum of an Avro enum.
    pub(super) fn symbols(&self, def: &TypeDef, definition: &Enum) -> TokenStream {
        let path = def.name.as_str();
        let doc = doc(def.doc.as_deref());
        let traits = if definition.open {
            quote!(Clone, Debug, PartialEq, Eq, Hash, signalbook::Enum)
        } else {
            quote!(Clone, Copy, Debug, PartialEq, Eq, Hash, signalbook::Enum)
        };
        let derive = self.fragments.derive(path, &traits);
        let fallback = definition.fallback.iter().map(|fallback| quote!(fallback = #fallback));
        let items = [quote!(name = #path)].into_iter().chain(aliases(&def.aliases)).chain(fallback);
        let attributes = self.fragments.attributes(path);
        let name = self.names.type_place(&def.name).map(|place| ident(&place.name));
        let variants = definition.symbols.iter().zip(symbol_names(definition)).map(|(symbol, name)| {
            let symbol = symbol.value.as_str();
            let renamed = rust::name(Item::Constant, unraw(&name)) != symbol;
            let attribute = renamed.then(|| quote!(#[avro(name = #symbol)]));
            let name = ident(&name);
            quote!(#attribute #name)
        });
        let open = definition.open.then(|| {
            let open = ident(OPEN);
            quote! {
                /// A symbol that only the writer's schema has.
                #[avro(open)]
                #open(Box<str>),
            }
        });
        quote! {
            #doc
            #derive
            #[enumeration(#(#items),*)]
            #attributes
            pub enum #name {
                #(#variants,)*
                #open
            }
        }
    }

    /// The struct of a fixed.
    pub(super) fn fixed(&self, def: &TypeDef, fixed: &Fixed) -> TokenStream {
        let path = def.name.as_str();
        let doc = doc(def.doc.as_deref());
        let derive =
            self.fragments.derive(path, &quote!(Clone, Copy, Debug, PartialEq, Eq, Hash, signalbook::Record));
        let logical = fixed.logical.map(|logical| {
            let logical = match logical {
                FixedLogical::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
                FixedLogical::Duration => "duration".to_owned(),
                FixedLogical::Uuid => "uuid".to_owned(),
            };
            quote!(logical = #logical)
        });
        let items = [quote!(name = #path)].into_iter().chain(aliases(&def.aliases)).chain(logical);
        let attributes = self.fragments.attributes(path);
        let name = self.names.type_place(&def.name).map(|place| ident(&place.name));
        let size = Literal::usize_unsuffixed(fixed.size);
        quote! {
            #doc
            #derive
            #[record(#(#items),*)]
            #attributes
            pub struct #name(pub [u8; #size]);
        }
    }

    /// The enum of a union. `path` is where the settings look it up.
    pub(super) fn union(
        &self,
        description: Option<&str>,
        path: &str,
        place: Option<&Place>,
        branches: &'a [Shape],
        site: Site<'_>,
    ) -> TokenStream {
        let doc = doc(description);
        let travels = branches.iter().all(|branch| self.travels(branch));
        let traits = if travels {
            quote!(Clone, Debug, PartialEq, signalbook::Enum)
        } else {
            quote!(Clone, Debug, PartialEq)
        };
        let derive = self.fragments.derive(path, &traits);
        let attributes = self.fragments.attributes(path);
        let name = place.map(|place| ident(&place.name));
        let variants = branches.iter().zip(branch_names(branches)).map(|(branch, name)| {
            let name = ident(&name);
            match branch {
                Shape::Builtin(Builtin::Null) => quote!(#name),
                branch => {
                    let rust = self.rust_type(branch, site);
                    let items = if travels { rust.items() } else { Vec::new() };
                    let attribute = (!items.is_empty()).then(|| quote!(#[avro(#(#items),*)]));
                    let ty = rust.ty;
                    quote!(#attribute #name(#ty))
                }
            }
        });
        quote! {
            #doc
            #derive
            #attributes
            pub enum #name {
                #(#variants,)*
            }
        }
    }

    fn travels(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Builtin(_) => true,
            Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => self.travels(inner),
            Shape::Union(branches) => branches.iter().all(|branch| self.travels(branch)),
            Shape::Type(name) => self.contract.type_def(name).is_some_and(|def| def.travels),
            Shape::Scalar(name) => {
                let wire = self.contract.scalar(name).and_then(|scalar| scalar.wire.as_ref());
                wire.is_some_and(|wire| self.travels(wire))
            }
        }
    }
}
