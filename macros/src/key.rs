//! The key path of an event.

use proc_macro2::{Ident, Span};
use signalbook_model::rust;
use syn::LitStr;

use crate::ast::Field;
use crate::errors::Errors;
use crate::similar::hint;

/// A key path: a field of the event, and fields of the records below it.
pub(crate) struct Key {
    pub(crate) written: LitStr,
    /// The index of the first part among the event's fields.
    pub(crate) field: usize,
    /// The parts after the first, which the compiler resolves. All have the span of the literal.
    pub(crate) below: Vec<Ident>,
}

impl Key {
    pub(crate) fn read(written: &LitStr, fields: &[Field], errors: &mut Errors) -> Option<Self> {
        let path = written.value();
        if let Some(raw) = path.split('.').find_map(|part| part.strip_prefix("r#")) {
            errors.push(written, format_args!("a key path consists of wire names: `{raw}`, without `r#`"));
            return None;
        }
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or_default();
        let names = || fields.iter().map(|field| field.name.as_str());
        let Some(field) = names().position(|name| name == first) else {
            let hint = hint(first, names());
            errors.push(written, format_args!("the event has no field `{first}` to use as key{hint}"));
            return None;
        };
        let below: Option<Vec<Ident>> = parts.map(|part| part_name(part, written.span())).collect();
        if below.is_none() {
            errors.push(written, "a key path consists of field names with dots between them: `order.id`");
        }
        Some(Self { written: written.clone(), field, below: below? })
    }
}

/// The identifier under which the derives offer the field `name` to key paths, if it can be one.
pub(crate) fn part_name(name: &str, span: Span) -> Option<Ident> {
    if name == "_" || rust::is_path_keyword(name) {
        return Some(Ident::new(&format!("__part_{name}"), span));
    }
    let raw = if rust::is_keyword(name) { "r#" } else { "" };
    let mut ident: Ident = syn::parse_str(&format!("{raw}{name}")).ok()?;
    ident.set_span(span);
    Some(ident)
}
