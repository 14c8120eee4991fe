//! The syntax tree of a derive: the type and its attributes, read and checked as far as tokens allow.

mod enumeration;
mod event;
mod field;
mod record;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use signalbook_model::rust::unraw;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Generics, Lit, LitStr, Meta, Path};

pub(crate) use enumeration::{Branch, Enum, Symbols, Union};
pub(crate) use event::Event;
pub(crate) use field::{FIELD, Field, Form};
pub(crate) use record::{FieldsRecord, Fixed, Record};

use crate::attr::Attributes;
use crate::errors::Errors;

/// The parts that every derived type has.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    /// The path of `codec::private`.
    pub(crate) private: TokenStream,
}
impl Container {
    fn read(input: &DeriveInput, errors: &mut Errors) -> Self {
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            doc: doc(&input.attrs),
            private: private(input, errors),
        }
    }

    /// The attributes of every impl. If a type lacks an impl, the compiler suggests types that have it. It
    /// should suggest `Option` and `Vec`, not the records of a program. An impl with type parameters is not
    /// hidden, because the compiler must then name the missing bound.
    pub(crate) fn marks(&self) -> TokenStream {
        if self.generics.type_params().next().is_some() {
            quote!(#[automatically_derived])
        } else {
            quote!(#[automatically_derived] #[diagnostic::do_not_recommend])
        }
    }
}

/// The path of `codec::private`: `::signalbook::private`, or the one below `#[avro(crate = …)]`.
pub(crate) fn private(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let mut avro = Attributes::read(&input.attrs, "avro", &["crate"], errors);
    let path = avro.take("crate").and_then(|item| item.assigned::<Path>("crate = path", errors));
    path.map_or_else(|| quote!(::signalbook::private), |path| quote!(#path::private))
}
/// The text of the documentation comments.
fn doc(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        Meta::Path(_) | Meta::List(_) | Meta::NameValue(_) => None,
    });
    let lines: Vec<String> =
        lines.map(|line| line.strip_prefix(' ').map(str::to_owned).unwrap_or(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn named_fields<'i>(input: &'i DeriveInput, what: &str, errors: &mut Errors) -> Option<Vec<&'i syn::Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(fields.named.iter().collect()),
            Fields::Unit => Some(Vec::new()),
            Fields::Unnamed(fields) => {
                let over_bytes =
                    if what == "a record" { ", or it has one field `[u8; N]` and is a fixed" } else { "" };
                errors.push(fields, format_args!("the fields of {what} must have names{over_bytes}"));
                None
            }
        },
        Data::Enum(data) => {
            errors.push(data.enum_token, format_args!("{what} must be a struct; for an enum, derive `Enum`"));
            None
        }
        Data::Union(data) => {
            errors.push(data.union_token, format_args!("{what} must be a struct"));
            None
        }
    }
}

fn one_of<T: Copy>(written: Option<LitStr>, errors: &mut Errors, known: &[(&str, T)]) -> Option<T> {
    let written = written?;
    let value = written.value();
    let found = known.iter().find(|(name, _)| *name == value).map(|(_, found)| *found);
    if found.is_none() {
        let names: Vec<String> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        errors.push(written, format_args!("expected one of {}", names.join(", ")));
    }
    found
}

/// The qualified name that an attribute gives, or the Rust name.
fn type_name(written: Option<LitStr>, ident: &Ident, errors: &mut Errors) -> String {
    let Some(written) = written else { return unraw(&ident.to_string()).to_owned() };
    let name = written.value();
    if name.split('.').any(str::is_empty) {
        errors.push(written, "a qualified name must not have an empty part: `com.example.shop.Order`");
    } else {
        check_name(&written, errors);
    }
    name
}

/// The aliases of a type, which may be qualified.
fn type_aliases(attributes: &mut Attributes, errors: &mut Errors) -> Vec<LitStr> {
    let aliases = attributes.texts("aliases", errors);
    for alias in &aliases {
        check_name(alias, errors);
    }
    aliases
}

/// Checks a name, qualified or not. Avro does not allow hyphens and letters beyond ASCII, but some registries
/// have them and waive the lint.
fn check_name(written: &LitStr, errors: &mut Errors) {
    let is_part = |part: &str| {
        !part.starts_with(|first: char| first.is_ascii_digit())
            && !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !written.value().split('.').all(is_part) {
        errors.push(written, "a name consists of letters, digits and `_`, and must not begin with a digit");
    }
}

/// Checks the name of a field or a symbol.
fn check_simple_name(written: &LitStr, errors: &mut Errors) {
    if written.value().contains('.') {
        errors.push(written, "only the names of types can have dots");
    } else {
        check_name(written, errors);
    }
}
