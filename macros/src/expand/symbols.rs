use proc_macro2::TokenStream;
use quote::quote;

use super::{optional, scope};
use crate::ast::{Container, Symbols};

/// The impls of an Avro enum.
pub(crate) fn symbols(symbols: &Symbols) -> TokenStream {
    let Container { ident, private, .. } = &symbols.container;
    let marks = symbols.container.marks();
    let Symbols { open, fallback, .. } = symbols;
    let describe = describe(symbols);
    let variants = symbols.variants.iter().map(|(variant, _)| variant);
    let names: Vec<&str> = symbols.variants.iter().map(|(_, name)| name.as_str()).collect();
    let numbers = 0..names.len();
    let open = open.as_ref().map(|open| {
        let fallback = fallback.as_ref().and_then(|fallback| names.iter().position(|name| name == fallback));
        let fallback = optional(fallback, private);
        quote!(#ident::#open(_) => return #fallback,)
    });
    let count = names.len();
    let read = read(symbols);
    scope(&quote! {
        const SYMBOLS: [&#private::str; #count] = [#(#names),*];

        #[inline]
        fn index(value: &#ident) -> #private::Option<usize> {
            #private::Some(match value {
                #(#ident::#variants => #numbers,)*
                #open
            })
        }

        #describe

        #marks
        impl #private::Branch for #ident {
            const KIND: #private::BranchKind = #private::BranchKind::Named;
        }

        #marks
        impl #private::Encode for #ident {
            #[inline]
            fn encode(&self, out: &mut #private::Encoder<'_>) {
                #private::encode_symbol::<Self>(index(self), out)
            }
        }

        #marks
        impl<'__de> #private::Decode<'__de> for #ident {
            #[inline]
            fn decode(input: &mut #private::Decoder<'__de>) -> #private::Result<Self, #private::DecodeError> {
                #read
            }
        }

        #marks
        impl #private::AsKey<Self> for #ident {
            fn as_key(value: &Self) -> #private::Option<#private::Key<'_>> {
                let index = index(value)?;
                #private::Some(#private::Key::Symbol { index, symbol: SYMBOLS[index] })
            }
        }
    })
}

/// The body of `decode`. If the enum is open or has a fallback, it accepts symbols that the enum does not
/// have.
fn read(symbols: &Symbols) -> TokenStream {
    let Container { private, .. } = &symbols.container;
    let count = symbols.variants.len();
    let known = symbols.variants.iter().enumerate().map(|(index, (variant, _))| {
        if index + 1 == count { quote!(_ => Self::#variant) } else { quote!(#index => Self::#variant) }
    });
    let fallback = symbols.fallback.as_ref();
    let fallback = fallback.and_then(|name| symbols.variants.iter().find(|(_, symbol)| symbol == name));
    let unknown = match (&symbols.open, fallback) {
        (Some(open), _) => quote!(#private::Symbol::Unknown(symbol) => Self::#open(symbol.into())),
        (None, Some((fallback, _))) => quote!(#private::Symbol::Unknown(_) => Self::#fallback),
        (None, None) => return quote!(#private::Ok(match input.index(#count)? { #(#known,)* })),
    };
    quote! {
        #private::Ok(match input.symbol(#count)? {
            #private::Symbol::Known(index) => match index { #(#known,)* },
            #unknown,
        })
    }
}

fn describe(symbols: &Symbols) -> TokenStream {
    let Container { ident, doc, private, .. } = &symbols.container;
    let marks = symbols.container.marks();
    let Symbols { name, aliases, fallback, .. } = symbols;
    let doc = optional(doc.as_ref(), private);
    let fallback = optional(fallback.as_ref(), private);
    quote! {
        #marks
        impl #private::Describe for #ident {
            const SHAPE: #private::Shape = #private::Shape::Enum(&SYMBOLS);

            fn describe(builder: &mut #private::Builder) -> #private::Type {
                #private::enumeration::<Self>(builder, const {
                    &#private::EnumSpec {
                        name: #name,
                        doc: #doc,
                        aliases: &[#(#aliases),*],
                        symbols: &SYMBOLS,
                        fallback: #fallback,
                    }
                })
            }
        }
    }
}
