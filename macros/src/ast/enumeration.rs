use proc_macro2::Ident;
use signalbook_model::rust::{Item, name, unraw};
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Fields, LitStr, Token, Type, Variant};

use super::{Container, Form, check_simple_name, type_aliases, type_name};
use crate::attr::Attributes;
use crate::errors::Errors;
use crate::similar::hint;
use crate::type_tokens;

/// An enum that derives `Enum`.
pub(crate) enum Enum {
    Symbols(Symbols),
    Union(Union),
}

/// An enum of unit variants: an Avro enum.
pub(crate) struct Symbols {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) fallback: Option<String>,
    pub(crate) variants: Vec<(Ident, String)>,
    /// The variant that keeps a symbol that only the writer schema has.
    pub(crate) open: Option<Ident>,
}

/// An enum of variants with one field: a union.
pub(crate) struct Union {
    pub(crate) container: Container,
    pub(crate) branches: Vec<Branch>,
}

/// A branch of a union. Without a value, it is null.
pub(crate) struct Branch {
    pub(crate) ident: Ident,
    pub(crate) value: Option<(Type, Form)>,
}
impl Enum {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let Data::Enum(data) = &input.data else {
            errors.push(
                &input.ident,
                "`Enum` can only be derived for enums; for a struct, derive `Record` or `Event`",
            );
            return None;
        };
        if data.variants.is_empty() {
            errors.push(&input.ident, "an enum without variants has no values to encode");
            return None;
        }
        let mut attributes =
            Attributes::read(&input.attrs, "enumeration", &["name", "aliases", "fallback"], errors);
        if data.variants.iter().all(|variant| variant.fields.is_empty() || is_open(variant)) {
            Symbols::read(container, &mut attributes, &data.variants, errors).map(Self::Symbols)
        } else {
            for name in ["name", "aliases", "fallback"] {
                if let Some(item) = attributes.take(name) {
                    errors.push(
                        item.name,
                        format_args!("a union has no `{name}`: its wire form is one of its branches"),
                    );
                }
            }
            Some(Self::Union(Union { container, branches: Branch::read_all(&data.variants, errors) }))
        }
    }
}

impl Symbols {
    fn read(
        container: Container,
        attributes: &mut Attributes,
        variants: &Punctuated<Variant, Token![,]>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let name = attributes.text("name", errors);
        let name = type_name(name, &container.ident, errors);
        let aliases = type_aliases(attributes, errors);
        let fallback = attributes.text("fallback", errors);
        let mut symbols: Vec<(Ident, String)> = Vec::new();
        let mut open: Option<Ident> = None;
        for variant in variants {
            let mut avro = Attributes::read(&variant.attrs, "avro", &["name", "open"], errors);
            let written = avro.text("name", errors);
            if let Some(word) = avro.flag("open", errors) {
                check_open(variant, &word, open.as_ref(), errors);
                open = Some(variant.ident.clone());
                continue;
            }
            if let Some(written) = &written {
                check_simple_name(written, errors);
            }
            let symbol = written.map_or_else(|| name_of_symbol(&variant.ident), |written| written.value());
            if symbols.iter().any(|(_, other)| *other == symbol) {
                errors.push(&variant.ident, format_args!("two variants have the symbol `{symbol}`"));
            }
            symbols.push((variant.ident.clone(), symbol));
        }
        if symbols.is_empty() {
            errors.push(&container.ident, "an enum needs a symbol besides its open variant");
            return None;
        }
        if let Some(fallback) = &fallback {
            let value = fallback.value();
            let known = || symbols.iter().map(|(_, symbol)| symbol.as_str());
            if !known().any(|symbol| symbol == value) {
                errors.push(
                    fallback,
                    format_args!("no variant has the symbol `{value}`{}", hint(&value, known())),
                );
            }
        }
        let fallback = fallback.map(|fallback| fallback.value());
        Some(Self { container, name, aliases, fallback, variants: symbols, open })
    }
}

impl Branch {
    fn read_all(variants: &Punctuated<Variant, Token![,]>, errors: &mut Errors) -> Vec<Self> {
        let mut branches = Vec::new();
        for variant in variants {
            let mut avro =
                Attributes::read(&variant.attrs, "avro", &["as", "logical", "open", "name"], errors);
            for name in ["open", "name"] {
                if let Some(item) = avro.take(name) {
                    errors.push(
                        item.name,
                        format_args!(
                            "a variant of a union has no `{name}`: only the variants of an Avro enum do"
                        ),
                    );
                }
            }
            let ident = variant.ident.clone();
            match &variant.fields {
                Fields::Unit if ident == "Null" => branches.push(Self { ident, value: None }),
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let ty = fields.unnamed[0].ty.clone();
                    let form = Form::read(&mut avro, &ty, errors);
                    branches.push(Self { ident, value: Some((ty, form)) });
                }
                Fields::Unit => errors.push(
                    &ident,
                    "a variant of a union must hold one value, `Name(Type)`; only `Null` holds none",
                ),
                Fields::Named(_) | Fields::Unnamed(_) => errors.push(
                    &variant.fields,
                    "a variant of a union must hold one value, `Name(Type)`; put several into a record",
                ),
            }
        }
        branches
    }
}
fn is_open(variant: &Variant) -> bool {
    let unseen = &mut Errors::default();
    Attributes::read(&variant.attrs, "avro", &["name", "open"], unseen).take("open").is_some()
}

fn check_open(variant: &Variant, word: &Ident, other: Option<&Ident>, errors: &mut Errors) {
    let is_boxed_text = |ty| type_tokens::is_text(ty) && type_tokens::argument(ty, &["Box"]).is_some();
    let holds_text = match &variant.fields {
        Fields::Unnamed(fields) => fields.unnamed.len() == 1 && is_boxed_text(&fields.unnamed[0].ty),
        Fields::Named(_) | Fields::Unit => false,
    };
    if !holds_text {
        errors
            .push(word, format_args!("an open variant must hold the symbol: `{}(Box<str>)`", variant.ident));
    }
    if let Some(other) = other {
        errors.push(
            word,
            format_args!("`{other}` is already open, and an enum can have only one open variant"),
        );
    }
}

fn name_of_symbol(variant: &Ident) -> String {
    name(Item::Constant, unraw(&variant.to_string()))
}
