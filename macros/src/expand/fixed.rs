use proc_macro2::TokenStream;
use quote::quote;

use super::{optional, scope};
use crate::ast::{Container, Fixed};

/// The impls of a fixed.
pub(crate) fn fixed(fixed: &Fixed) -> TokenStream {
    let Container { ident, doc, private, .. } = &fixed.container;
    let marks = fixed.container.marks();
    let Fixed { name, aliases, size, .. } = fixed;
    let doc = optional(doc.as_ref(), private);
    let logical = fixed.logical.as_ref().map(|logical| logical.literal(private));
    let shape = if let Some(logical) = &logical {
        quote!(#private::Shape::FixedLogical(#logical))
    } else {
        quote!(#private::Shape::Fixed(#size))
    };
    let logical = optional(logical, private);
    scope(&quote! {
        #marks
        impl #private::Describe for #ident {
            const SHAPE: #private::Shape = #shape;

            fn describe(builder: &mut #private::Builder) -> #private::Type {
                #private::fixed::<Self>(builder, const {
                    &#private::FixedSpec {
                        name: #name,
                        doc: #doc,
                        aliases: &[#(#aliases),*],
                        size: #size,
                        logical: #logical,
                    }
                })
            }
        }

        #marks
        impl #private::Branch for #ident {
            const KIND: #private::BranchKind = #private::BranchKind::Named;
        }

        #marks
        impl #private::Encode for #ident {
            #[inline]
            fn encode(&self, out: &mut #private::Encoder<'_>) {
                out.fixed(&self.0)
            }
        }

        #marks
        impl<'__de> #private::Decode<'__de> for #ident {
            #[inline]
            fn decode(input: &mut #private::Decoder<'__de>) -> #private::Result<Self, #private::DecodeError> {
                #private::Ok(Self(*input.fixed()?))
            }
        }

        #marks
        impl #private::AsKey<Self> for #ident {
            fn as_key(value: &Self) -> #private::Option<#private::Key<'_>> {
                #private::Some(#private::Key::Fixed(#private::Cow::Borrowed(&value.0)))
            }
        }
    })
}
