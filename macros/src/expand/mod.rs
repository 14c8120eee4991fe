//! Writes the impls: one line for each field, which calls `codec`.

mod debug;
mod event;
mod field;
mod fixed;
mod record;
mod symbols;
mod union;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use debug::debug;
pub(crate) use event::event;
pub(crate) use fixed::fixed;
pub(crate) use record::record;
pub(crate) use symbols::symbols;
pub(crate) use union::union;

/// Items in a scope of their own.
fn scope(items: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals, non_camel_case_types, non_snake_case, deprecated)]
        #[allow(clippy::all, clippy::pedantic)]
        const _: () = { #items };
    }
}

/// `Some(value)` or `None`, as tokens.
fn optional(value: Option<impl quote::ToTokens>, private: &TokenStream) -> TokenStream {
    if let Some(value) = value { quote!(#private::Some(#value)) } else { quote!(#private::None) }
}

/// The method `decode_planned`, which is compiled if `codec` has the feature `versions`.
fn planned_decoding(body: &TokenStream, private: &TokenStream) -> TokenStream {
    quote! {
        #private::planned_decoding! {
            #[inline]
            fn decode_planned(
                input: &mut #private::Decoder<'__de>,
                cursor: #private::PlanCursor<'__de>,
            ) -> #private::Result<Self, #private::DecodeError> {
                #body
            }
        }
    }
}
