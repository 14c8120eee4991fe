use proc_macro2::Ident;
use signalbook_model::Order;
use signalbook_model::rust::unraw;
use syn::{LitStr, Type};

use super::{check_simple_name, doc, one_of};
use crate::attr::Attributes;
use crate::errors::Errors;
use crate::json::Json;
use crate::logical::Logical;
use crate::type_tokens;

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

/// The wire form of a field's value, where the type alone does not determine it.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) adapter: Option<Type>,
    pub(crate) logical: Option<Logical>,
    /// Whether an `Option` has the wire form `[T, "null"]`.
    pub(crate) null_second: bool,
}
/// The items of `#[avro(…)]` on a field.
pub(crate) const FIELD: &[&str] =
    &["name", "aliases", "order", "default", "required", "logical", "as", "pii"];
impl Field {
    pub(super) fn read_all<'f>(
        fields: impl IntoIterator<Item = &'f syn::Field>,
        errors: &mut Errors,
    ) -> Vec<Self> {
        let mut read: Vec<Self> = Vec::new();
        for field in fields {
            let Some(ident) = &field.ident else { continue };
            let field = Self::read(field, ident, errors);
            if read.iter().any(|other| other.name == field.name) {
                errors.push(ident, format_args!("two fields have the wire name `{}`", field.name));
            }
            read.push(field);
        }
        read
    }

    fn read(field: &syn::Field, ident: &Ident, errors: &mut Errors) -> Self {
        let mut attributes = Attributes::read(&field.attrs, "avro", FIELD, errors);
        let name = attributes.text("name", errors);
        let aliases = attributes.texts("aliases", errors);
        for written in name.iter().chain(&aliases) {
            check_simple_name(written, errors);
        }
        let orders =
            [("ascending", Order::Ascending), ("descending", Order::Descending), ("ignore", Order::Ignore)];
        let order = attributes.text("order", errors);
        let order = one_of(order, errors, &orders).unwrap_or_default();
        let pii = attributes.text("pii", errors);
        let required = attributes.flag("required", errors);
        let written = attributes.take("default").and_then(|item| item.tokens("default = JSON", errors));
        let default = written.and_then(|tokens| Json::read(tokens, errors));
        let mut form = Form::read(&mut attributes, &field.ty, errors);
        let optional = type_tokens::argument(&field.ty, &["Option"]).is_some();
        if let Some(required) = &required {
            if default.is_some() {
                errors.push(required, "a field with a default cannot be `required`");
            } else if !optional {
                errors.push(required, "`required` is for an `Option`, which has the default null otherwise");
            }
        } else if let (Some(default), None) = (&default, &form.adapter) {
            default.check(&field.ty, form.logical.as_ref(), errors);
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
    pub(super) fn read(attributes: &mut Attributes, ty: &Type, errors: &mut Errors) -> Self {
        let adapter = attributes.take("as").and_then(|item| item.ty(errors));
        let logical = attributes.text("logical", errors);
        if let (Some(_), Some(logical)) = (&adapter, &logical) {
            errors
                .push(logical, "`as` and `logical` exclude each other: an adapter has its own logical type");
        }
        let logical = logical.and_then(|logical| Logical::read(&logical, ty, errors));
        let held = type_tokens::innermost(ty);
        if let (None, Some(number)) = (&adapter, type_tokens::foreign_number(held)) {
            errors.push(
                held,
                format_args!(
                    "Avro has no `{number}`: use `i32`, `i64`, `f32` or `f64`, or an adapter: \
                     `#[avro(as = \"...\")]`"
                ),
            );
        }
        Self { adapter, logical, null_second: false }
    }
}
