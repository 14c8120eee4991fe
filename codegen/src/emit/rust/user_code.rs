//! The Rust code that a registry contains as text: paths of existing types, derives, attributes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use signalbook_diagnostics::{Finding, Pattern};
use signalbook_model::Name;
use syn::parse::Parser;
use syn::{Attribute, Path, parse_quote};

use super::pretty_print::attribute;
use super::syn_text;
use crate::checked_registry::{CheckedRegistry, Scalar};
use crate::rules;
use crate::rust_type::stable_type;
use crate::settings::{Addition, RustSettings};

/// The Rust code in the registry and its settings, formatted for the output.
pub(super) struct Fragments<'a> {
    scalars: HashMap<&'a Name, Foreign>,
    /// The type of `datetime`, if the settings name one.
    pub(super) datetime: Option<String>,
    /// The type of `uuid`, if the settings name one.
    pub(super) uuid: Option<String>,
    /// The type of maps, without its arguments.
    pub(super) map: String,
    derives: Vec<(Pattern, Vec<String>)>,
    /// The lines of the attributes, by the module depth of the item.
    attributes: Vec<(Pattern, BTreeMap<usize, String>)>,
}

/// The existing Rust type of a scalar, and its adapter.
#[derive(Default)]
pub(super) struct Foreign {
    pub(super) rust: Option<String>,
    pub(super) adapter: Option<String>,
}

impl<'a> Fragments<'a> {
    /// Parses the texts. `depths` are the module depths of the items.
    ///
    /// # Errors
    /// Returns a finding for each text that is not valid Rust.
    pub(super) fn parse(
        checked: &'a CheckedRegistry,
        depths: &BTreeSet<usize>,
    ) -> Result<Self, Vec<Finding>> {
        let findings = &mut Vec::new();
        let RustSettings { derive, attributes, datetime, uuid, map } = &checked.settings.rust;
        let scalars = checked.scalars.iter().map(|scalar| (&scalar.name, Foreign::parse(scalar, findings)));
        let scalars = scalars.collect();
        let mut setting = |text: &Option<String>, key: &str| {
            text.as_deref().and_then(|text| type_of(text, &format!("`{key}` of `[rust]`"), findings))
        };
        let (datetime, uuid) = (setting(datetime, "datetime"), setting(uuid, "uuid"));
        let map = map.as_deref().map_or_else(
            || Some("std::collections::HashMap".to_owned()),
            |text| {
                parsed(text, Path::parse_mod_style, "`map` of `[rust]`", findings)
                    .map(|path| syn_text::ty(&parse_quote!(#path)))
            },
        );
        let derives = additions(derive, "derive", findings, |text| {
            syn::parse_str::<Path>(text).map(|path| vec![syn_text::ty(&parse_quote!(#path))])
        });
        let attributes =
            additions(attributes, "attributes", findings, |text| Attribute::parse_outer.parse_str(text));
        if !findings.is_empty() {
            return Err(std::mem::take(findings));
        }
        let lines = |attributes: Vec<Attribute>| {
            depths.iter().map(|depth| (*depth, syn_text::attributes(&attributes, *depth))).collect()
        };
        Ok(Self {
            scalars,
            datetime,
            // `String` is already the default if the wire form is a string.
            uuid: uuid.filter(|ty| ty != "String"),
            map: map.unwrap_or_default(),
            derives,
            attributes: attributes.into_iter().map(|(on, attributes)| (on, lines(attributes))).collect(),
        })
    }

    /// Returns the existing Rust type and the adapter of the scalar `name`.
    pub(super) fn foreign(&self, name: &Name) -> Option<&Foreign> {
        self.scalars.get(name)
    }

    /// Returns `#[derive(…)]` with [`derives`](Self::derives).
    pub(super) fn derive(&self, path: &str, traits: &[&str]) -> String {
        attribute("derive", self.derives(path, traits))
    }

    /// Returns `traits` and the derives that the settings add at `path`, without duplicates.
    pub(super) fn derives<'f>(&'f self, path: &str, traits: &[&'f str]) -> Vec<&'f str> {
        let mut traits = traits.to_vec();
        for (on, added) in &self.derives {
            if on.matches(path) {
                for added in added {
                    if !traits.contains(&added.as_str()) {
                        traits.push(added);
                    }
                }
            }
        }
        traits
    }

    /// Returns the lines of the attributes that the settings add at `path`, for an item that is `depth`
    /// modules deep.
    pub(super) fn attributes(&self, path: &str, depth: usize) -> String {
        let matching = self.attributes.iter().filter(|(on, _)| on.matches(path));
        matching.filter_map(|(_, lines)| lines.get(&depth)).map(String::as_str).collect()
    }
}

impl Foreign {
    fn parse(scalar: &Scalar, findings: &mut Vec<Finding>) -> Self {
        let before = findings.len();
        let mut part = |text: &Option<String>, key: &str| {
            text.as_deref().and_then(|text| type_of(text, &format!("`{key}` of `{}`", scalar.name), findings))
        };
        let foreign = Self { rust: part(&scalar.rust, "rust"), adapter: part(&scalar.adapter, "as") };
        for finding in &mut findings[before..] {
            *finding = finding.clone().at(scalar.span, "of this scalar");
        }
        foreign
    }
}

fn type_of(text: &str, what: &str, findings: &mut Vec<Finding>) -> Option<String> {
    parsed(text, stable_type, what, findings).map(|ty| syn_text::ty(&ty))
}

fn parsed<P: Parser>(text: &str, parser: P, what: &str, findings: &mut Vec<Finding>) -> Option<P::Output> {
    parser.parse_str(text).map_err(|error| findings.push(not_rust(text, what, &error))).ok()
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

fn not_rust(text: &str, what: &str, error: &syn::Error) -> Finding {
    Finding::new(&rules::NOT_RUST, format!("{what} is not valid Rust: `{text}`: {error}"))
}
