use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Type};

use crate::ast::{Field, Form};
use crate::type_tokens;

impl Form {
    /// The adapter for a value of `ty`, if it has one.
    pub(super) fn adapter(&self, ty: &Type, private: &TokenStream) -> Option<TokenStream> {
        if !self.null_second {
            return self.adapter.as_ref().map(ToTokens::to_token_stream);
        }
        let inner = match &self.adapter {
            Some(adapter) => type_tokens::argument(adapter, &["Option"]).map(ToTokens::to_token_stream),
            None => type_tokens::argument(ty, &["Option"]).map(|inner| quote!(#private::Same<#inner>)),
        };
        inner.map(|inner| quote!(#private::NullSecond<#inner>))
    }

    /// The type that describes a value of `ty`.
    pub(super) fn described(&self, ty: &Type, private: &TokenStream) -> TokenStream {
        self.adapter(ty, private).unwrap_or_else(|| ty.to_token_stream())
    }

    /// Writes `value`, a reference to a `ty`, to `out`.
    pub(super) fn encode(&self, ty: &Type, value: &TokenStream, private: &TokenStream) -> TokenStream {
        if let Some(adapter) = self.adapter(ty, private) {
            quote!(<#adapter as #private::EncodeAs<#ty>>::encode_as(#value, out))
        } else {
            quote!(<#ty as #private::Encode>::encode(#value, out))
        }
    }

    /// Reads a `ty` from `input`.
    pub(super) fn decode(&self, ty: &Type, private: &TokenStream) -> TokenStream {
        if let Some(adapter) = self.adapter(ty, private) {
            quote!(<#adapter as #private::DecodeAs<'__de, #ty>>::decode_as(input))
        } else {
            quote!(<#ty as #private::Decode<'__de>>::decode(input))
        }
    }

    /// Reads a `ty` from `input`, which another schema wrote, as `cursor` says.
    pub(super) fn decode_planned(&self, ty: &Type, private: &TokenStream) -> TokenStream {
        if let Some(adapter) = self.adapter(ty, private) {
            quote!(<#adapter as #private::DecodeAs<'__de, #ty>>::decode_as_planned(input, cursor))
        } else {
            quote!(<#ty as #private::Decode<'__de>>::decode_planned(input, cursor))
        }
    }

    /// Reads a `ty`, the next of `fields`, into its slot.
    fn decode_field(&self, ty: &Type, slot: &Ident, private: &TokenStream) -> TokenStream {
        if let Some(adapter) = self.adapter(ty, private) {
            quote! {
                <#adapter as #private::DecodeAs<'__de, #ty>>::decode_field_as(&mut fields, &mut #slot, input)
            }
        } else {
            quote!(<#ty as #private::Decode<'__de>>::decode_field(&mut fields, &mut #slot, input))
        }
    }

    /// Reads from `input` into `value`, a mutable reference to a `ty`.
    pub(super) fn decode_into(&self, ty: &Type, value: &TokenStream, private: &TokenStream) -> TokenStream {
        if let Some(adapter) = self.adapter(ty, private) {
            quote!(<#adapter as #private::DecodeAs<'__de, #ty>>::decode_as_into(#value, input))
        } else {
            quote!(<#ty as #private::Decode<'__de>>::decode_into(#value, input))
        }
    }
}

impl Field {
    /// The field as a `private::FieldSpec`.
    pub(super) fn spec(&self, private: &TokenStream) -> TokenStream {
        let Self { name, aliases, .. } = self;
        let ty = self.form.described(&self.ty, private);
        let plain = quote!(#private::field::<#ty>(#name));
        let mut facts = Vec::new();
        if let Some(logical) = self.form.logical {
            let logical = logical.literal(private);
            facts.push(quote!(logical: #private::Some(#logical)));
        }
        if let Some(doc) = &self.doc {
            facts.push(quote!(doc: #private::Some(#doc)));
        }
        if !aliases.is_empty() {
            facts.push(quote!(aliases: &[#(#aliases),*]));
        }
        if let Some(default) = &self.default {
            let default = default.literal(private);
            facts.push(quote!(default: #private::Some(#default)));
        }
        match self.order {
            signalbook_model::Order::Ascending => {}
            signalbook_model::Order::Descending => facts.push(quote!(order: #private::Order::Descending)),
            signalbook_model::Order::Ignore => facts.push(quote!(order: #private::Order::Ignore)),
        }
        if let Some(class) = &self.pii {
            facts.push(quote!(pii: #private::Some(#class)));
        }
        if facts.is_empty() { plain } else { quote!(#private::FieldSpec { #(#facts,)* ..#plain }) }
    }

    /// The type that implements `private::Part` for the field.
    pub(super) fn part(&self, private: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match self.formed() {
            None => quote!(&'__r #ty),
            Some(is_pii) => {
                let form = self.form.described(ty, private);
                quote!(#private::Formed<'__r, #ty, #form, #is_pii>)
            }
        }
    }

    /// The field of `record` as a `private::Part`.
    pub(super) fn part_of(&self, record: &TokenStream, private: &TokenStream) -> TokenStream {
        let Self { ident, ty, .. } = self;
        match self.formed() {
            None => quote!(&#record.#ident),
            Some(is_pii) => {
                let form = self.form.described(ty, private);
                quote!(#private::Formed::<'_, #ty, #form, #is_pii>::new(&#record.#ident))
            }
        }
    }

    /// Whether the field is personal data, or `None` if a plain reference to it is enough.
    fn formed(&self) -> Option<bool> {
        let is_pii = self.pii.is_some();
        (is_pii || self.form.adapter.is_some() || self.form.null_second).then_some(is_pii)
    }
}

/// The bodies of the methods of `Encode` and `Decode`.
pub(super) struct Bodies {
    pub(super) encode: TokenStream,
    pub(super) decode: TokenStream,
    pub(super) decode_into: TokenStream,
    pub(super) decode_planned: TokenStream,
}

impl Bodies {
    pub(super) fn of(fields: &[Field], private: &TokenStream) -> Self {
        let encode = fields.iter().map(|field| {
            let ident = &field.ident;
            field.form.encode(&field.ty, &quote!(&self.#ident), private)
        });
        let decode = fields.iter().map(|field| {
            let ident = &field.ident;
            let value = field.form.decode(&field.ty, private);
            quote!(#ident: #value?)
        });
        let decode_into = fields.iter().map(|field| {
            let ident = &field.ident;
            field.form.decode_into(&field.ty, &quote!(&mut self.#ident), private)
        });
        let decode_planned = decode_planned(fields, private);
        Self {
            encode: quote!(#(#encode;)*),
            decode: quote!(#private::Ok(Self { #(#decode,)* })),
            decode_into: quote!(#(#decode_into?;)* #private::Ok(())),
            decode_planned,
        }
    }
}

/// Reads the fields in the writer's order.
///
/// Errors are checked once, after the last field. A `?` at each field would cost more compile time than all
/// the rest.
fn decode_planned(fields: &[Field], private: &TokenStream) -> TokenStream {
    let last = fields.len().saturating_sub(1);
    let slots: Vec<_> = (0..fields.len()).map(|index| format_ident!("field{index}")).collect();
    let arms = fields.iter().zip(&slots).enumerate().map(|(index, (Field { ty, form, .. }, slot))| {
        let index = if index == last { quote!(_) } else { quote!(#index) };
        let read = form.decode_field(ty, slot, private);
        quote!(#index => #read)
    });
    let idents = fields.iter().map(|field| &field.ident);
    let (read, found) = if fields.is_empty() {
        (quote!({}), TokenStream::new())
    } else {
        let found = quote! {
            let (#(#private::Some(#slots),)*) = (#(#slots,)*) else { return #private::missing(input) };
        };
        (quote!(match field { #(#arms,)* }), found)
    };
    quote! {
        let #private::Some(mut fields) = #private::fields(cursor) else {
            return #private::other(input, cursor, Self::decode, Self::decode_planned);
        };
        #(let mut #slots = #private::None;)*
        while let #private::Some(field) = fields.next(input) {
            #read
        }
        fields.finish(input)?;
        #found
        #private::Ok(Self { #(#idents: #slots,)* })
    }
}
