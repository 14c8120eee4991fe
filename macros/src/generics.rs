//! The generics of an impl: those of the type, with bounds for its parameters.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, LifetimeParam, TypeParam, parse_quote};

/// `generics` with `bound` for each type parameter.
pub(crate) fn bounded(generics: &Generics, bound: impl Fn(&TypeParam) -> TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        let bound = bound(parameter);
        parameter.bounds.push(parse_quote!(#bound));
    }
    generics
}

/// `generics` with the lifetime of the buffer, which outlives every other, and `Decode` for each type parameter.
pub(crate) fn decoding(generics: &Generics, private: &TokenStream) -> Generics {
    let mut decoding = bounded(generics, |_| quote!(#private::Decode<'__de>));
    let mut buffer = LifetimeParam::new(parse_quote!('__de));
    buffer.bounds.extend(generics.lifetimes().map(|parameter| parameter.lifetime.clone()));
    decoding.params.insert(0, GenericParam::Lifetime(buffer));
    decoding
}

/// Whether `parameter` stands in `tokens` directly within an `Option`.
pub(crate) fn is_optional(parameter: &TypeParam, tokens: impl ToTokens) -> bool {
    let ident = &parameter.ident;
    let optional = quote!(Option<#ident>).to_string();
    tokens.to_token_stream().to_string().contains(&optional)
}
