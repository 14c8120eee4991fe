use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Generics, parse_quote};

use super::field::Bodies;
use super::{optional, planned_decoding, scope};
use crate::ast::{Container, Field, FieldsRecord};
use crate::generics::Bounds;
use crate::key::part_name;

/// The impls of a record.
pub(crate) fn record(record: &FieldsRecord) -> TokenStream {
    let Container { ident, doc, private, .. } = &record.container;
    let marks = record.container.marks();
    let FieldsRecord { name, aliases, fields, .. } = record;
    let doc = optional(doc.as_ref(), private);
    let specs = fields.iter().map(|field| field.spec(private));
    let bounds = bounds(&record.container, fields);
    let arguments = bounds.held();
    // The content of an `Option` must be a branch of a union.
    let describing = bounds.bounded(|held| {
        if bounds.is_optional(held) { quote!(#private::Branch) } else { quote!(#private::Describe) }
    });
    let (impls, _, conditions) = describing.split_for_impl();
    let (_, types, _) = record.container.generics.split_for_impl();
    let codec = codec(&record.container, fields);
    let parts = parts(&record.container, fields);
    scope(&quote! {
        #marks
        impl #impls #private::Describe for #ident #types #conditions {
            const SHAPE: #private::Shape = #private::Shape::Record;

            fn describe(builder: &mut #private::Builder) -> #private::Type {
                #private::record::<Self>(builder, const {
                    &#private::RecordSpec {
                        name: #name,
                        arguments: &[#(#private::describe::<#arguments>()),*],
                        doc: #doc,
                        aliases: &[#(#aliases),*],
                        fields: &[#(#specs),*],
                    }
                })
            }
        }

        #marks
        impl #impls #private::Branch for #ident #types #conditions {
            const KIND: #private::BranchKind = #private::BranchKind::Named;
        }

        #codec
        #parts
    })
}

/// The impls of `Encode` and `Decode` for a struct.
pub(super) fn codec(container: &Container, fields: &[Field]) -> TokenStream {
    let Container { ident, generics, private, .. } = container;
    let marks = container.marks();
    let Bodies { encode, decode, decode_into, decode_planned } = Bodies::of(fields, private);
    let decode_planned = planned_decoding(&decode_planned, private);
    let bounds = bounds(container, fields);
    let encoding = bounds.bounded(|_| quote!(#private::Encode));
    let (impls, _, conditions) = encoding.split_for_impl();
    let decoding = bounds.decoding(private);
    let (_, types, _) = generics.split_for_impl();
    let defaults = defaults(container, fields);
    let (decode_impls, _, decode_conditions) = decoding.split_for_impl();
    quote! {
        #marks
        impl #impls #private::Encode for #ident #types #conditions {
            #[inline]
            #[allow(unused_variables)]
            fn encode(&self, out: &mut #private::Encoder<'_>) {
                #encode
            }
        }

        #marks
        impl #decode_impls #private::Decode<'__de> for #ident #types #decode_conditions {
            #[inline]
            #[allow(unused_variables)]
            fn decode(input: &mut #private::Decoder<'__de>) -> #private::Result<Self, #private::DecodeError> {
                #decode
            }

            #[inline]
            #[allow(unused_variables)]
            fn decode_into(
                &mut self,
                input: &mut #private::Decoder<'__de>,
            ) -> #private::Result<(), #private::DecodeError> {
                #decode_into
            }

            #decode_planned
        }

        #defaults
    }
}

fn bounds<'t>(container: &'t Container, fields: &'t [Field]) -> Bounds<'t> {
    Bounds::new(
        &container.generics,
        fields.iter().flat_map(|field| [&field.ty].into_iter().chain(&field.form.adapter)),
    )
}

/// Checks the defaults of types that only the compiler knows, unless a type parameter leaves them open.
fn defaults(container: &Container, fields: &[Field]) -> TokenStream {
    let Container { generics, private, .. } = container;
    if !generics.params.is_empty() {
        return TokenStream::new();
    }
    let named = fields.iter().filter_map(|field| {
        let described = field.form.adapter.as_ref().unwrap_or(&field.ty);
        Some((described, field.default.as_ref()?))
    });
    let checks = named.flat_map(|(ty, default)| default.for_named(ty)).map(|(ty, default)| {
        let (literal, message) = (default.literal(private), default.wrong_default());
        quote_spanned! {default.span()=>
            const _: () =
                ::std::assert!(#private::fits(<#ty as #private::Describe>::SHAPE, #literal), #message);
        }
    });
    quote!(#(#checks)*)
}

/// The impl of `private::Fields`, which lets key paths enter the record.
fn parts(container: &Container, fields: &[Field]) -> TokenStream {
    let Container { ident, generics, private, .. } = container;
    let marks = container.marks();
    let (impls, types, conditions) = generics.split_for_impl();
    // The name must not be the same as the name of a field's type. An argument of `format_ident!` loses its
    // `r#`. A captured identifier does not.
    let name = format_ident!("__{}Fields", ident, span = Span::call_site());
    let (mut definitions, mut values) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(part) = part_name(&field.name, Span::call_site()) else { continue };
        let (ty, value) = (field.part(private), field.part_of(&quote!(self), private));
        definitions.push(quote!(pub #part: #ty));
        values.push(quote!(#part: #value));
    }
    // The type must use all parameters and the lifetime, even if no field does.
    let (marker, mark) = if generics.params.is_empty() && !definitions.is_empty() {
        (None, None)
    } else {
        let phantom = quote!(::core::marker::PhantomData);
        (Some(quote!(__signalbook: #phantom<&'__r #ident #types>)), Some(quote!(__signalbook: #phantom)))
    };
    let borrowed = borrowed(generics);
    let (borrowed_impls, borrowed_types, _) = borrowed.split_for_impl();
    quote! {
        pub struct #name #borrowed_impls #conditions { #(#definitions,)* #marker }

        #marks
        impl #impls #private::Fields for #ident #types #conditions {
            type Parts<'__r> = #name #borrowed_types where Self: '__r;

            fn parts(&self) -> #private::Option<Self::Parts<'_>> {
                #private::Some(#name { #(#values,)* #mark })
            }
        }
    }
}

/// The generics with the lifetime of a borrow before them.
fn borrowed(generics: &Generics) -> Generics {
    let mut borrowed = generics.clone();
    borrowed.params.insert(0, parse_quote!('__r));
    borrowed
}
