//! What the derives know of a type: its attributes read, checked as far as tokens can be.

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

/// What every derived type has.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    /// Where the runtime's hidden names are.
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

    /// The attributes of every impl. What the compiler offers in place of a type that lacks an impl are the wrappers, not
    /// whatever records a program has; an impl with parameters has to say what it lacks itself.
    pub(crate) fn marks(&self) -> TokenStream {
        if self.generics.type_params().next().is_some() {
            quote!(#[automatically_derived])
        } else {
            quote!(#[automatically_derived] #[diagnostic::do_not_recommend])
        }
    }
}

/// The path of the runtime's hidden names: `::signalbook::private`, or what `#[avro(crate = …)]` says.
pub(crate) fn private(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let mut avro = Attributes::read(&input.attrs, "avro", &["crate"], errors);
    let path = avro.take("crate").and_then(|item| item.assigned::<Path>("crate = path", errors));
    path.map_or_else(|| quote!(::signalbook::private), |path| quote!(#path::private))
}
/// The documentation comments, as they were written.
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
                    if what == "a record" { ", or one field `[u8; N]`, which is a fixed" } else { "" };
                errors.push(fields, format_args!("the fields of {what} have names{over_bytes}"));
                None
            }
        },
        Data::Enum(data) => {
            errors.push(data.enum_token, format_args!("{what} is a struct; an enum derives `Enum`"));
            None
        }
        Data::Union(data) => {
            errors.push(data.union_token, format_args!("{what} is a struct"));
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
        errors.push(written, "a qualified name has no empty part: `com.example.shop.Order`");
    } else {
        check_name(&written, errors);
    }
    name
}

/// The other names of a type, which may be qualified.
fn type_aliases(attributes: &mut Attributes, errors: &mut Errors) -> Vec<LitStr> {
    let aliases = attributes.texts("aliases", errors);
    for alias in &aliases {
        check_name(alias, errors);
    }
    aliases
}

/// Demands a name, qualified or not. Hyphens and letters beyond ASCII are illegal in Avro, and there are registries that
/// have them, knowingly.
fn check_name(written: &LitStr, errors: &mut Errors) {
    let is_part = |part: &str| {
        !part.starts_with(|first: char| first.is_ascii_digit())
            && !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !written.value().split('.').all(is_part) {
        errors.push(written, "a name is made of letters, digits and `_`, and does not begin with a digit");
    }
}

/// Demands the name of a field or a symbol.
fn check_simple_name(written: &LitStr, errors: &mut Errors) {
    if written.value().contains('.') {
        errors.push(written, "only the names of types have parts with dots between them");
    } else {
        check_name(written, errors);
    }
}
