//! Structs and their constructors: of records, and of events.

use proc_macro2::TokenStream;
use quote::quote;
use signalbook_model::{Json, Order};

use super::Emitter;
use super::names::{Place, field_names, nullable};
use super::tokens::{aliases, deprecated, doc, ident, json};
use super::types::{RustType, Site};
use crate::{Field, Record, Shape, TypeDef};

/// A field of a struct, and its part in the constructor.
struct Member {
    declaration: TokenStream,
    /// The parameter of the constructor, unless that fills the field in.
    parameter: Option<TokenStream>,
    /// What the constructor does with the field.
    initializer: TokenStream,
}

impl<'a> Emitter<'a> {
    /// The struct of a record, and its constructor.
    pub(super) fn record(&self, def: &'a TypeDef, record: &'a Record, module: &[String]) -> TokenStream {
        let path = def.name.as_str();
        let doc = doc(def.doc.as_deref());
        let attributes = self.fragments.attributes(path);
        let head = if def.travels {
            let derive =
                self.fragments.derive(path, &quote!(Clone, signalbook::Debug, PartialEq, signalbook::Record));
            let items = [quote!(name = #path)].into_iter().chain(aliases(&def.aliases));
            quote!(#doc #derive #[record(#(#items),*)] #attributes)
        } else {
            let derive = self.fragments.derive(path, &quote!(Clone, signalbook::Debug, PartialEq));
            quote!(#doc #derive #attributes)
        };
        let site = Site::new(module, Some(&def.name));
        self.structure(&head, self.names.type_place(&def.name), &record.fields, def.travels, site)
    }

    /// A struct under `head`, and its constructor.
    pub(super) fn structure(
        &self,
        head: &TokenStream,
        place: Option<&Place>,
        fields: &'a [Field],
        travels: bool,
        site: Site<'_>,
    ) -> TokenStream {
        let name = place.map(|place| ident(&place.name));
        let members = fields.iter().zip(field_names(fields));
        let members: Vec<Member> =
            members.map(|(field, rust_name)| self.member(field, &rust_name, travels, site)).collect();
        let declarations = members.iter().map(|member| &member.declaration);
        let constructor = name.as_ref().and_then(|name| constructor(name, &members));
        quote! {
            #head
            pub struct #name {
                #(#declarations,)*
            }
            #constructor
        }
    }

    fn member(&self, field: &'a Field, rust_name: &str, travels: bool, site: Site<'_>) -> Member {
        let name = ident(rust_name);
        let doc = doc(field.doc.as_deref());
        let deprecated = deprecated(field.deprecation.as_ref());
        let rust = self.rust_type(&field.shape, site);
        let items = if travels { travelling_items(field, rust_name, &rust) } else { pii(field).collect() };
        let attribute = (!items.is_empty()).then(|| quote!(#[avro(#(#items),*)]));
        let RustType { ty, converts, .. } = rust;
        let declaration = quote!(#doc #deprecated #attribute pub #name: #ty);
        let filled = field.initial.as_ref().or(field.default.as_ref());
        match filled.and_then(|value| self.value(&field.shape, value, site)) {
            Some(value) => Member { declaration, parameter: None, initializer: quote!(#name: #value) },
            None if converts => Member {
                declaration,
                parameter: Some(quote!(#name: impl Into<#ty>)),
                initializer: quote!(#name: #name.into()),
            },
            None => Member { declaration, parameter: Some(quote!(#name: #ty)), initializer: quote!(#name) },
        }
    }
}

/// `new` with a parameter for each field that nothing fills in; `Default` where there is no such field. None where there
/// is nothing to fill in: then a literal says the same.
fn constructor(name: &proc_macro2::Ident, members: &[Member]) -> Option<TokenStream> {
    let parameters: Vec<&TokenStream> =
        members.iter().filter_map(|member| member.parameter.as_ref()).collect();
    let initializers = members.iter().map(|member| &member.initializer);
    match parameters.len() {
        0 if members.is_empty() => None,
        0 => Some(quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self { #(#initializers),* }
                }
            }
        }),
        all if all == members.len() => None,
        _ => Some(quote! {
            impl #name {
                /// With the initial values of all other fields.
                pub fn new(#(#parameters),*) -> Self {
                    Self { #(#initializers),* }
                }
            }
        }),
    }
}

/// What `#[avro(…)]` says of a field that travels.
fn travelling_items(field: &Field, rust_name: &str, rust: &RustType) -> Vec<TokenStream> {
    let mut items = Vec::new();
    let Field { name, default, aliases: others, .. } = field;
    if signalbook_model::rust::unraw(rust_name) != name {
        items.push(quote!(name = #name));
    }
    items.extend(aliases(others));
    match default {
        None if is_option(&field.shape) => items.push(quote!(required)),
        // What an `Option` has when nothing is said.
        Some(Json::Null) if is_option(&field.shape) => {}
        None => {}
        Some(default) => {
            let default = json(default);
            items.push(quote!(default = #default));
        }
    }
    items.extend(rust.items());
    match field.order {
        Order::Ascending => {}
        Order::Descending => items.push(quote!(order = "descending")),
        Order::Ignore => items.push(quote!(order = "ignore")),
    }
    items.extend(pii(field));
    items
}

fn pii(field: &Field) -> impl Iterator<Item = TokenStream> {
    field.pii.iter().map(|class| quote!(pii = #class))
}

fn is_option(shape: &Shape) -> bool {
    match shape {
        Shape::Optional(_) => true,
        Shape::Union(branches) => nullable(branches).is_some(),
        Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) | Shape::Type(_) | Shape::Scalar(_) => false,
    }
}
