//! Small pieces of Rust that every part of the emission needs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use signalbook_model::Json;

use crate::{Deprecation, Spanned};

/// The identifier `name`, which may be raw (`r#type`).
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// `doc` as a doc comment, a line each.
pub(super) fn doc(doc: Option<&str>) -> TokenStream {
    let lines = doc.into_iter().flat_map(str::lines).map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// `value` as the derives read it in `#[avro(default = …)]`: JSON, token for token.
pub(super) fn json(value: &Json) -> TokenStream {
    match value {
        Json::Null => quote!(null),
        Json::Bool(value) => value.to_token_stream(),
        Json::Integer(value) => integer(*value),
        // JSON has no form for them: the derives take words.
        Json::Float(value) if value.is_nan() => quote!(NaN),
        Json::Float(value) if *value == f64::INFINITY => quote!(inf),
        Json::Float(value) if *value == f64::NEG_INFINITY => quote!(-inf),
        Json::Float(value) => float(*value),
        Json::String(value) => value.to_token_stream(),
        Json::Array(items) => {
            let items = items.iter().map(json);
            quote!([#(#items),*])
        }
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = json(value);
                quote!(#name: #value)
            });
            quote!({ #(#members),* })
        }
    }
}

/// An integer without a suffix.
pub(super) fn integer(value: i128) -> TokenStream {
    // A literal of its own for the digits: `i64::MIN` has no positive counterpart, and `-` is an operator.
    let digits = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// A finite number without a suffix.
pub(super) fn float(value: f64) -> TokenStream {
    let digits = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() { quote!(-#digits) } else { quote!(#digits) }
}

/// `aliases = […]`, unless there are none.
pub(super) fn aliases(aliases: &[Spanned<String>]) -> Option<TokenStream> {
    let aliases: Vec<&str> = aliases.iter().map(|alias| alias.value.as_str()).collect();
    (!aliases.is_empty()).then(|| quote!(aliases = [#(#aliases),*]))
}

/// `#[deprecated]`, with what the compiler is to say.
pub(super) fn deprecated(deprecation: Option<&Deprecation>) -> Option<TokenStream> {
    let Deprecation { replacement, reason } = deprecation?;
    let replacement = replacement.as_ref().map(|replacement| format!("use `{}`", replacement.value));
    let note = [reason.clone(), replacement].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Some(if note.is_empty() { quote!(#[deprecated]) } else { quote!(#[deprecated = #note]) })
}
