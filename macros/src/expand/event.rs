use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use signalbook_model::{Stability, TypeNames};

use super::record::codec;
use super::{optional, scope};
use crate::ast::{Container, Event};
use crate::key::Key;

/// The impls of an event.
pub(crate) fn event(event: &Event) -> TokenStream {
    let Container { ident, generics, private, .. } = &event.container;
    let marks = event.container.marks();
    let Event { ty, minor, .. } = event;
    let (impls, types, conditions) = generics.split_for_impl();
    let travelling = if event.local {
        TokenStream::new()
    } else {
        let codec = codec(&event.container, &event.fields);
        let event = travelling(event);
        quote!(#codec #event)
    };
    scope(&quote! {
        #marks
        impl #impls #private::EventType for #ident #types #conditions {
            const TYPE: &'static #private::str = #ty;
            const MINOR: u32 = #minor;
        }

        #travelling
    })
}

/// The impl of `Event`.
fn travelling(event: &Event) -> TokenStream {
    let Container { ident, generics, private, .. } = &event.container;
    let marks = event.container.marks();
    let (impls, types, conditions) = generics.split_for_impl();
    let Event { topics, key, .. } = event;
    let spec = spec(event);
    let path = optional(key.as_ref().map(|key| &key.written), private);
    let history = event.history.as_ref();
    let history = history.map_or_else(|| quote!(&#private::History::EMPTY), |history| quote!(&#history));
    let (is_pii, key) = match key {
        Some(key) => (key_is_pii(key, event), key_value(key, event)),
        None => (quote!(false), quote!(#private::None)),
    };
    quote! {
        #marks
        impl #impls #private::Event for #ident #types #conditions {
            const TOPICS: &'static [&'static #private::str] = &[#(#topics),*];
            const KEY: #private::Option<&'static #private::str> = #path;
            const KEY_IS_PII: bool = #is_pii;
            const HISTORY: &'static #private::History = #history;

            fn describe_event(builder: &mut #private::Builder) {
                #private::event::<Self>(builder, const { &#spec })
            }

            fn key(&self) -> #private::Option<#private::Key<'_>> {
                #key
            }

            fn fingerprint() -> #private::Result<u64, #private::SchemaError> {
                static FINGERPRINT: #private::OnceLock<#private::Result<u64, #private::SchemaError>> =
                    #private::OnceLock::new();
                FINGERPRINT.get_or_init(#private::fingerprint::<Self>).clone()
            }
        }
    }
}

fn spec(event: &Event) -> TokenStream {
    let Container { doc, private, .. } = &event.container;
    let Event { name, minor, topics, .. } = event;
    let doc = optional(doc.as_ref(), private);
    let key = optional(event.key.as_ref().map(|key| &key.written), private);
    let producer = optional(event.producer.as_ref(), private);
    let stability = match event.stability {
        Stability::Stable => quote!(Stable),
        Stability::Unstable => quote!(Unstable),
    };
    let deprecation = event.deprecation.as_ref().map(|deprecation| {
        let replacement = optional(deprecation.replacement.as_ref(), private);
        let reason = optional(deprecation.reason.as_ref(), private);
        quote!((#replacement, #reason))
    });
    let deprecation = optional(deprecation, private);
    let type_names = match event.type_names {
        TypeNames::Bare => quote!(Bare),
        TypeNames::Qualified => quote!(Qualified),
    };
    let data = event.fields.iter().map(|field| field.spec(private));
    quote! {
        #private::EventSpec {
            name: #name,
            doc: #doc,
            minor: #minor,
            key: #key,
            topics: &[#(#topics),*],
            producer: #producer,
            stability: #private::Stability::#stability,
            deprecation: #deprecation,
            type_names: #private::TypeNames::#type_names,
            data: &[#(#data),*],
        }
    }
}

/// The parts of the key path, each bound to a name. The compiler resolves those after the first.
fn key_parts(key: &Key, event: &Event, record: &TokenStream) -> (Vec<Ident>, TokenStream) {
    let private = &event.container.private;
    let span = key.written.span();
    let names: Vec<Ident> =
        (0..=key.below.len()).map(|index| format_ident!("part_{index}", span = span)).collect();
    let first = event.fields[key.field].part_of(record, private);
    let at_key = at(private, span);
    let below = key
        .below
        .iter()
        .zip(&names)
        .zip(&names[1..])
        .map(|((ident, above), name)| quote_spanned!(span=> let #name = #at_key::enter(#above)?.#ident;));
    let name = &names[0];
    let bindings = quote! {
        let #name = #first;
        #(#below)*
    };
    (names, bindings)
}

fn key_is_pii(key: &Key, event: &Event) -> TokenStream {
    let private = &event.container.private;
    let (names, bindings) = key_parts(key, event, &quote!(event));
    let path = names.iter().rev().fold(quote!(()), |below, name| quote!((#name, #below)));
    quote!(#private::is_pii::<Self, _>(|event| { #bindings #private::Some(#path) }))
}

fn key_value(key: &Key, event: &Event) -> TokenStream {
    let (names, bindings) = key_parts(key, event, &quote!(self));
    let span = key.written.span();
    let private = at(&event.container.private, span);
    let last = &names[key.below.len()];
    let value = quote_spanned!(span=> #private::key_of(#last));
    quote! {
        #bindings
        #value
    }
}

/// `tokens` with the span `span`.
fn at(tokens: &TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.clone().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    respanned.collect()
}
