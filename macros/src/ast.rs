//! What the derives know of a type: its attributes read, checked as far as tokens can be.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Generics, Lit, LitStr, Meta, Path, Token, Type, Variant,
};

use signalbook_model::rust::{Item, name, unraw};
use signalbook_model::{Order, Stability, TypeNames};

use crate::attr::Attributes;
use crate::errors::Errors;
use crate::json::Json;
use crate::key::Key;
use crate::logical::{FixedLogical, Logical};
use crate::shape;
use crate::similar::hint;

/// What every derived type has.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) doc: Option<String>,
    /// Where the runtime's hidden names are.
    pub(crate) private: TokenStream,
}

/// A struct that derives `Event`.
pub(crate) struct Event {
    pub(crate) container: Container,
    pub(crate) ty: String,
    pub(crate) name: String,
    pub(crate) minor: u32,
    pub(crate) key: Option<Key>,
    pub(crate) topics: Vec<LitStr>,
    pub(crate) producer: Option<LitStr>,
    pub(crate) stability: Stability,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) type_names: TypeNames,
    pub(crate) local: bool,
    pub(crate) fields: Vec<Field>,
}

/// `deprecated(replacement = "…", reason = "…")`
pub(crate) struct Deprecation {
    pub(crate) replacement: Option<LitStr>,
    pub(crate) reason: Option<LitStr>,
}

/// A struct that derives `Record`.
pub(crate) enum Record {
    Fields(FieldsRecord),
    Fixed(Fixed),
}

/// A struct with named fields: an Avro record.
pub(crate) struct FieldsRecord {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) fields: Vec<Field>,
}

/// A tuple struct over bytes: a fixed.
pub(crate) struct Fixed {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) size: Expr,
    pub(crate) logical: Option<FixedLogical>,
}

/// A field of a record or event.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: Option<String>,
    /// Its name on the wire.
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) order: Order,
    pub(crate) default: Option<Json>,
    pub(crate) form: Form,
    pub(crate) pii: Option<LitStr>,
}

/// How a field's value travels, where its type alone does not say it.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) adapter: Option<Type>,
    pub(crate) logical: Option<Logical>,
    /// An `Option` that travels as `[T, "null"]`.
    pub(crate) null_second: bool,
}

/// An enum that derives `Enum`.
pub(crate) enum Enum {
    Symbols(Symbols),
    Union(Union),
}

/// An enum of unit variants, perhaps open: an Avro enum.
pub(crate) struct Symbols {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) fallback: Option<String>,
    pub(crate) variants: Vec<(Ident, String)>,
    /// The variant that keeps what only the writer's schema knows.
    pub(crate) open: Option<Ident>,
}

/// An enum of variants with one field: a union.
pub(crate) struct Union {
    pub(crate) container: Container,
    pub(crate) branches: Vec<Branch>,
}

/// A branch of a union; null where it has no type.
pub(crate) struct Branch {
    pub(crate) ident: Ident,
    pub(crate) value: Option<(Type, Form)>,
}

const EVENT: &[&str] =
    &["type", "name", "minor", "key", "topics", "producer", "stability", "deprecated", "type_names", "local"];

/// What `#[avro(…)]` on a field knows.
pub(crate) const FIELD: &[&str] =
    &["name", "aliases", "order", "default", "required", "logical", "as", "pii"];

impl Container {
    fn read(input: &DeriveInput, errors: &mut Errors) -> Self {
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            doc: doc(&input.attrs),
            private: private(input, errors),
        }
    }
}

impl Container {
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

impl Event {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let mut attributes = Attributes::read(&input.attrs, "event", EVENT, errors);
        let event_type = attributes.text("type", errors);
        let name = attributes.text("name", errors);
        let minor = attributes.take("minor").and_then(|item| item.number(errors)).unwrap_or(0);
        let key = attributes.text("key", errors);
        let topics = attributes.texts("topics", errors);
        let producer = attributes.text("producer", errors);
        let stability = attributes.text("stability", errors);
        let stability =
            one_of(stability, errors, &[("stable", Stability::Stable), ("unstable", Stability::Unstable)]);
        let deprecation = attributes.take("deprecated").and_then(|item| {
            let mut list = item.list(&["replacement", "reason"], errors)?;
            Some(Deprecation {
                replacement: list.text("replacement", errors),
                reason: list.text("reason", errors),
            })
        });
        let type_names = attributes.text("type_names", errors);
        let type_names =
            one_of(type_names, errors, &[("bare", TypeNames::Bare), ("qualified", TypeNames::Qualified)]);
        let local = attributes.flag("local", errors);
        for parameter in &input.generics.params {
            if !matches!(parameter, syn::GenericParam::Lifetime(_)) {
                errors.push(
                    parameter,
                    "an event has one schema, so its struct cannot have type or const parameters",
                );
            }
        }
        let fields = named_fields(input, "an event", errors)?;
        let fields = if local.is_some() { Vec::new() } else { Field::read_all(fields, errors) };
        let Some(event_type) = event_type else {
            if errors.is_empty() {
                let message =
                    "an event needs its type: `#[event(type = \"com.example.shop.order.placed.v1\")]`";
                errors.push(&input.ident, message);
            }
            return None;
        };
        check_event_type(&event_type, errors);
        let key = match &local {
            Some(local) if key.is_some() => {
                errors.push(local, "a local event is not published, so it has no key");
                None
            }
            Some(_) => None,
            None => key.and_then(|key| Key::read(&key, &fields, errors)),
        };
        let event_type = event_type.value();
        let name =
            name.map_or_else(|| signalbook_model::Event::constant_name(&event_type), |name| name.value());
        Some(Self {
            container,
            ty: event_type,
            name,
            minor,
            key,
            topics,
            producer,
            stability: stability.unwrap_or_default(),
            deprecation,
            type_names: type_names.unwrap_or_default(),
            local: local.is_some(),
            fields,
        })
    }
}

impl Record {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let mut attributes =
            Attributes::read(&input.attrs, "record", &["name", "aliases", "logical"], errors);
        let name = attributes.text("name", errors);
        let name = type_name(name, &input.ident, errors);
        let aliases = attributes.texts("aliases", errors);
        let logical = attributes.text("logical", errors);
        if let Some(bytes) = shape::byte_array(&input.data) {
            let size = bytes.len.clone();
            if let Some(parameter) = input.generics.params.first() {
                errors.push(parameter, "a fixed has one size, so its struct cannot have parameters");
            }
            let logical = logical.and_then(|logical| FixedLogical::read(&logical, bytes, errors));
            return Some(Self::Fixed(Fixed { container, name, aliases, size, logical }));
        }
        if let Some(logical) = logical {
            errors.push(logical, "a record has no logical type; only a tuple struct over `[u8; N]` has");
        }
        let fields = Field::read_all(named_fields(input, "a record", errors)?, errors);
        Some(Self::Fields(FieldsRecord { container, name, aliases, fields }))
    }
}

impl Field {
    fn read_all<'f>(fields: impl IntoIterator<Item = &'f syn::Field>, errors: &mut Errors) -> Vec<Self> {
        let mut read: Vec<Self> = Vec::new();
        for field in fields {
            let Some(ident) = &field.ident else { continue };
            let field = Self::read(field, ident, errors);
            if read.iter().any(|other| other.name == field.name) {
                errors.push(ident, format_args!("two fields are named `{}` on the wire", field.name));
            }
            read.push(field);
        }
        read
    }

    fn read(field: &syn::Field, ident: &Ident, errors: &mut Errors) -> Self {
        let mut attributes = Attributes::read(&field.attrs, "avro", FIELD, errors);
        let name = attributes.text("name", errors);
        let aliases = attributes.texts("aliases", errors);
        let orders =
            [("ascending", Order::Ascending), ("descending", Order::Descending), ("ignore", Order::Ignore)];
        let order = attributes.text("order", errors);
        let order = one_of(order, errors, &orders).unwrap_or_default();
        let pii = attributes.text("pii", errors);
        let required = attributes.flag("required", errors);
        let written = attributes.take("default").and_then(|item| item.tokens("default = JSON", errors));
        let default = written.and_then(|tokens| Json::read(tokens, errors));
        let mut form = Form::read(&mut attributes, &field.ty, errors);
        let optional = shape::argument(&field.ty, &["Option"]).is_some();
        if let Some(required) = &required {
            if default.is_some() {
                errors.push(required, "a field with a default is not required");
            } else if !optional {
                errors.push(required, "only an `Option` has a default to do without");
            }
        } else if let (Some(default), None) = (&default, &form.adapter) {
            default.check(&field.ty, errors);
        }
        let default = match default {
            Some(default) => Some(default.of(&field.ty)),
            None if optional && required.is_none() => Some(Json::null(ident)),
            None => None,
        };
        form.null_second = optional && default.as_ref().is_some_and(|default| !default.is_null());
        let name = name.map_or_else(|| unraw(&ident.to_string()).to_owned(), |name| name.value());
        Self {
            ident: ident.clone(),
            ty: field.ty.clone(),
            doc: doc(&field.attrs),
            name,
            aliases,
            order,
            default,
            form,
            pii,
        }
    }
}

impl Form {
    fn read(attributes: &mut Attributes, ty: &Type, errors: &mut Errors) -> Self {
        let adapter = attributes.take("as").and_then(|item| item.ty(errors));
        let logical = attributes.text("logical", errors);
        if let (Some(_), Some(logical)) = (&adapter, &logical) {
            errors.push(
                logical,
                "an adapter says the logical type itself: `as` and `logical` exclude each other",
            );
        }
        let logical = logical.and_then(|logical| Logical::read(&logical, ty, errors));
        Self { adapter, logical, null_second: false }
    }
}

impl Enum {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let Data::Enum(data) = &input.data else {
            errors.push(&input.ident, "`Enum` is derived for enums; a struct derives `Record` or `Event`");
            return None;
        };
        if data.variants.is_empty() {
            errors.push(&input.ident, "an enum without variants has no value that could travel");
            return None;
        }
        let mut attributes =
            Attributes::read(&input.attrs, "enumeration", &["name", "aliases", "fallback"], errors);
        if data.variants.iter().all(|variant| variant.fields.is_empty() || is_open(variant)) {
            Symbols::read(container, &mut attributes, &data.variants, errors).map(Self::Symbols)
        } else {
            for name in ["name", "aliases", "fallback"] {
                if let Some(item) = attributes.take(name) {
                    errors
                        .push(item.name, format_args!("a union has no `{name}`: it travels as its branches"));
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
        let aliases = attributes.texts("aliases", errors);
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
            let symbol = written.map_or_else(|| name_of_symbol(&variant.ident), |written| written.value());
            if symbols.iter().any(|(_, other)| *other == symbol) {
                errors.push(&variant.ident, format_args!("two variants have the symbol `{symbol}`"));
            }
            symbols.push((variant.ident.clone(), symbol));
        }
        if symbols.is_empty() {
            errors.push(&container.ident, "an enum needs a symbol beside its open variant");
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
                        format_args!("the variants of a union have no `{name}`: only symbols do"),
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
                    "a variant of a union holds one value, `Name(Type)`; only `Null` stands alone",
                ),
                Fields::Named(_) | Fields::Unnamed(_) => errors.push(
                    &variant.fields,
                    "a variant of a union holds one value, `Name(Type)`; more belong into a record",
                ),
            }
        }
        branches
    }
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
    }
    name
}

fn check_event_type(written: &LitStr, errors: &mut Errors) {
    let event_type = written.value();
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if !event_type.split('.').all(is_part) {
        errors.push(
            written,
            "an event type is made of letters, digits, `_` and `-`, with dots between its parts",
        );
    }
}

fn is_open(variant: &Variant) -> bool {
    let unseen = &mut Errors::default();
    Attributes::read(&variant.attrs, "avro", &["name", "open"], unseen).take("open").is_some()
}

fn check_open(variant: &Variant, word: &Ident, other: Option<&Ident>, errors: &mut Errors) {
    let is_boxed_text = |ty| shape::is_text(ty) && shape::argument(ty, &["Box"]).is_some();
    let holds_text = match &variant.fields {
        Fields::Unnamed(fields) => fields.unnamed.len() == 1 && is_boxed_text(&fields.unnamed[0].ty),
        Fields::Named(_) | Fields::Unit => false,
    };
    if !holds_text {
        errors.push(word, format_args!("an open variant keeps the symbol: `{}(Box<str>)`", variant.ident));
    }
    if let Some(other) = other {
        errors.push(word, format_args!("`{other}` is open already; one variant keeps every unknown symbol"));
    }
}

fn name_of_symbol(variant: &Ident) -> String {
    name(Item::Constant, unraw(&variant.to_string()))
}
