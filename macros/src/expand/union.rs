use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::scope;
use crate::ast::{Branch, Container, Union};
use crate::generics::Bounds;

/// The impls of a union.
pub(crate) fn union(union: &Union) -> TokenStream {
    let describe = describe(union);
    let encode = encode(union);
    let decode = decode(union);
    let distinct = distinct(union);
    scope(&quote!(#describe #encode #decode #distinct))
}

fn bounds(union: &Union) -> Bounds<'_> {
    let values = union.branches.iter().filter_map(|branch| branch.value.as_ref());
    Bounds::new(
        &union.container.generics,
        values.flat_map(|(ty, form)| [ty].into_iter().chain(&form.adapter)),
    )
}

fn describe(union: &Union) -> TokenStream {
    let Container { ident, generics, private, .. } = &union.container;
    let marks = union.container.marks();
    let describing = bounds(union).bounded(|_| quote!(#private::Branch));
    let (impls, types, conditions) = describing.split_for_impl();
    let describe_branch = if generics.params.is_empty() { quote!(describe) } else { quote!(describe_branch) };
    let branches = union.branches.iter().map(|branch| match &branch.value {
        None => quote!(#private::describe_null()),
        Some((ty, form)) => {
            let described = form.described(ty, private);
            match form.logical {
                None => quote!(#private::#describe_branch::<#described>()),
                Some(logical) => {
                    let logical = logical.literal(private);
                    let describe = quote!(#private::#describe_branch::<#described>());
                    quote!(|builder| #private::logical(#describe(builder), #logical))
                }
            }
        }
    });
    quote! {
        #marks
        impl #impls #private::Describe for #ident #types #conditions {
            fn describe(builder: &mut #private::Builder) -> #private::Type {
                #private::union(builder, &[#(#branches),*])
            }
        }
    }
}

fn encode(union: &Union) -> TokenStream {
    let Container { ident, generics, private, .. } = &union.container;
    let marks = union.container.marks();
    let encoding = bounds(union).bounded(|_| quote!(#private::Encode));
    let (impls, _, conditions) = encoding.split_for_impl();
    let (_, types, _) = generics.split_for_impl();
    let arms = union.branches.iter().enumerate().map(|(index, Branch { ident, value })| match value {
        None => quote!(Self::#ident => out.length(#index)),
        Some((ty, form)) => {
            let encode = form.encode(ty, &quote!(value), private);
            quote!(Self::#ident(value) => {
                out.length(#index);
                #encode
            })
        }
    });
    quote! {
        #marks
        impl #impls #private::Encode for #ident #types #conditions {
            #[inline]
            fn encode(&self, out: &mut #private::Encoder<'_>) {
                match self { #(#arms,)* }
            }
        }
    }
}

fn decode(union: &Union) -> TokenStream {
    let Container { ident, generics, private, .. } = &union.container;
    let marks = union.container.marks();
    let decoding = bounds(union).decoding(private);
    let (impls, _, conditions) = decoding.split_for_impl();
    let (_, types, _) = generics.split_for_impl();
    let count = union.branches.len();
    let (mut arms, mut planned) = (Vec::new(), Vec::new());
    for (index, Branch { ident, value }) in union.branches.iter().enumerate() {
        let index = if index + 1 == count { quote!(_) } else { quote!(#index) };
        if let Some((ty, form)) = value {
            let decode = form.decode(ty, private);
            let decode_planned = form.decode_planned(ty, private);
            arms.push(quote!(#index => Self::#ident(#decode?)));
            planned.push(quote!((#index, #private::None) => Self::#ident(#decode?)));
            planned.push(quote!((#index, #private::Some(cursor)) => Self::#ident(#decode_planned?)));
        } else {
            arms.push(quote!(#index => Self::#ident));
            planned.push(quote!((#index, _) => Self::#ident));
        }
    }
    let decode_planned = super::planned_decoding(
        &quote!(#private::Ok(match #private::branch(input, cursor)? { #(#planned,)* })),
        private,
    );
    quote! {
        #marks
        impl #impls #private::Decode<'__de> for #ident #types #conditions {
            #[inline]
            fn decode(input: &mut #private::Decoder<'__de>) -> #private::Result<Self, #private::DecodeError> {
                #private::Ok(match input.index(#count)? {
                    #(#arms,)*
                })
            }

            #decode_planned
        }
    }
}

/// Checks that each type can be a branch, and that no two are of the same kind, unless a type parameter
/// leaves it open. The names of named types are compared later, when the union is described.
fn distinct(union: &Union) -> TokenStream {
    let Container { generics, private, .. } = &union.container;
    if !generics.params.is_empty() {
        return TokenStream::new();
    }
    let mut kinds: Vec<TokenStream> = Vec::new();
    let mut checks = Vec::new();
    for (ty, form) in union.branches.iter().filter_map(|branch| branch.value.as_ref()) {
        let described = form.described(ty, private);
        let kind = quote!(<#described as #private::Branch>::KIND);
        let message = "a union must not have two branches of the same kind: wrap one of them in a record";
        checks.push(quote_spanned! {ty.span()=>
            const _: () = ::std::assert!(#private::is_distinct(#kind, &[#(#kinds),*]), #message);
        });
        kinds.push(kind);
    }
    quote!(#(#checks)*)
}
