//! The pieces of Rust that a registry holds as text: paths of existing types, derives, attributes.

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use signalbook_diagnostics::{Finding, Pattern};
use signalbook_model::Name;
use syn::parse::Parser;
use syn::{Attribute, Path, Type};

use crate::settings::{Addition, RustSettings};
use crate::{Contract, Scalar, rules};

/// What the registry says about its Rust code, parsed.
pub(super) struct Fragments<'a> {
    scalars: HashMap<&'a Name, Foreign>,
    /// The type of `datetime`, where the settings name one.
    pub(super) datetime: Option<Type>,
    /// The type of `uuid`, where the settings name one.
    pub(super) uuid: Option<Type>,
    /// The type of maps, without its arguments.
    pub(super) map: Path,
    derives: Vec<(Pattern, Vec<TokenStream>)>,
    attributes: Vec<(Pattern, Vec<Attribute>)>,
}

/// An existing Rust type that a scalar becomes, and how it is written.
#[derive(Default)]
pub(super) struct Foreign {
    pub(super) rust: Option<Type>,
    pub(super) adapter: Option<Type>,
}

impl<'a> Fragments<'a> {
    /// # Errors
    /// A finding for each text that is not what it should be.
    pub(super) fn parse(contract: &'a Contract) -> Result<Self, Vec<Finding>> {
        let findings = &mut Vec::new();
        let RustSettings { derive, attributes, datetime, uuid, map } = &contract.settings.rust;
        let scalars = contract.scalars.iter().map(|scalar| (&scalar.name, Foreign::parse(scalar, findings)));
        let scalars = scalars.collect();
        let mut setting = |text: &Option<String>, key: &str| {
            text.as_deref().and_then(|text| parsed(text, &format!("`{key}` of `[rust]`"), findings))
        };
        let (datetime, uuid) = (setting(datetime, "datetime"), setting(uuid, "uuid"));
        let fragments = Self {
            scalars,
            datetime,
            // Said or not, a `String` is what it is by default where it travels as one.
            uuid: uuid.filter(|ty: &Type| *ty.to_token_stream().to_string() != *"String"),
            map: map
                .as_deref()
                .and_then(|text| parsed(text, "`map` of `[rust]`", findings))
                .unwrap_or_else(hash_map),
            derives: additions(derive, "derive", findings, |text| {
                syn::parse_str::<Path>(text).map(|path| vec![path.into_token_stream()])
            }),
            attributes: additions(attributes, "attributes", findings, |text| {
                Attribute::parse_outer.parse_str(text)
            }),
        };
        if findings.is_empty() { Ok(fragments) } else { Err(std::mem::take(findings)) }
    }

    /// What the scalar `name` says of its Rust type.
    pub(super) fn foreign(&self, name: &Name) -> Option<&Foreign> {
        self.scalars.get(name)
    }

    /// `#[derive(…)]` with `traits` and with those that the settings add at `path`, each once.
    pub(super) fn derive(&self, path: &str, traits: &TokenStream) -> TokenStream {
        if !self.derives.iter().any(|(on, _)| on.matches(path)) {
            return quote!(#[derive(#traits)]);
        }
        let own = traits.to_string();
        let mut known: HashSet<String> = own.split(',').map(|own| own.trim().to_owned()).collect();
        let added = matching(&self.derives, path).filter(|added| known.insert(added.to_string()));
        quote!(#[derive(#traits #(, #added)*)])
    }

    /// The attributes that the settings add at `path`.
    pub(super) fn attributes(&self, path: &str) -> TokenStream {
        let added = matching(&self.attributes, path);
        quote!(#(#added)*)
    }
}

impl Foreign {
    fn parse(scalar: &Scalar, findings: &mut Vec<Finding>) -> Self {
        let before = findings.len();
        let mut type_of = |text: &Option<String>, key: &str| {
            text.as_deref().and_then(|text| parsed(text, &format!("`{key}` of `{}`", scalar.name), findings))
        };
        let foreign = Self { rust: type_of(&scalar.rust, "rust"), adapter: type_of(&scalar.adapter, "as") };
        for finding in &mut findings[before..] {
            *finding = finding.clone().at(scalar.span, "of this scalar");
        }
        foreign
    }
}

fn parsed<T: syn::parse::Parse>(text: &str, what: &str, findings: &mut Vec<Finding>) -> Option<T> {
    syn::parse_str(text).map_err(|error| findings.push(not_rust(text, what, &error))).ok()
}

fn additions<T>(
    additions: &[Addition],
    key: &str,
    findings: &mut Vec<Finding>,
    parse: impl Fn(&str) -> syn::Result<Vec<T>>,
) -> Vec<(Pattern, Vec<T>)> {
    let mut parsed = Vec::new();
    for addition in additions {
        let mut added = Vec::new();
        for text in &addition.add {
            match parse(text) {
                Ok(items) => added.extend(items),
                Err(error) => findings.push(not_rust(text, &format!("`{key}` of `[rust]`"), &error)),
            }
        }
        parsed.push((Pattern::new(&addition.on), added));
    }
    parsed
}

fn matching<'f, T>(additions: &'f [(Pattern, Vec<T>)], path: &str) -> impl Iterator<Item = &'f T> {
    additions.iter().filter(move |(on, _)| on.matches(path)).flat_map(|(_, added)| added)
}

fn not_rust(text: &str, what: &str, error: &syn::Error) -> Finding {
    Finding::new(&rules::NOT_RUST, format!("{what} is not Rust: `{text}`: {error}"))
}

fn hash_map() -> Path {
    syn::parse_quote!(std::collections::HashMap)
}
