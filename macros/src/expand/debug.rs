use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use signalbook_model::rust::unraw;
use syn::{Data, DeriveInput, Fields};

use super::scope;
use crate::ast::{FIELD, private};
use crate::attr::Attributes;
use crate::errors::Errors;
use crate::generics::Bounds;

/// The impl of `std::fmt::Debug`, which redacts personal data.
pub(crate) fn debug(input: &DeriveInput, errors: &mut Errors) -> Option<TokenStream> {
    let private = private(input, errors);
    let ident = &input.ident;
    let arms: Vec<TokenStream> = match &input.data {
        Data::Struct(data) => vec![arm(&quote!(Self), ident, &data.fields, &private, errors)],
        Data::Enum(data) => {
            let variants = data.variants.iter();
            let arms = variants.map(|variant| {
                let name = &variant.ident;
                arm(&quote!(Self::#name), name, &variant.fields, &private, errors)
            });
            arms.collect()
        }
        Data::Union(data) => {
            errors.push(data.union_token, "`Debug` can be derived for structs and enums only");
            return None;
        }
    };
    let fields: Vec<&Fields> = match &input.data {
        Data::Struct(data) => vec![&data.fields],
        Data::Enum(data) => data.variants.iter().map(|variant| &variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    let held = fields.into_iter().flatten().map(|field| &field.ty);
    let generics = Bounds::new(&input.generics, held).bounded(|_| quote!(#private::fmt::Debug));
    let (impls, _, conditions) = generics.split_for_impl();
    let (_, types, _) = input.generics.split_for_impl();
    let body = if arms.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#arms)* }) };
    Some(scope(&quote! {
        #[automatically_derived]
        impl #impls #private::fmt::Debug for #ident #types #conditions {
            fn fmt(&self, f: &mut #private::fmt::Formatter<'_>) -> #private::fmt::Result {
                #body
            }
        }
    }))
}

fn arm(
    path: &TokenStream,
    name: &Ident,
    fields: &Fields,
    private: &TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let bindings: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("field_{index}")).collect();
    let values: Vec<TokenStream> =
        fields.iter().zip(&bindings).map(|(field, binding)| value(field, binding, private, errors)).collect();
    let name = name.to_string();
    let name = unraw(&name);
    match fields {
        Fields::Named(fields) => {
            let idents: Vec<&Ident> = fields.named.iter().filter_map(|field| field.ident.as_ref()).collect();
            let labels = idents.iter().map(|ident| unraw(&ident.to_string()).to_owned());
            quote! {
                #path { #(#idents: #bindings,)* } => {
                    f.debug_struct(#name)#(.field(#labels, #values))*.finish()
                }
            }
        }
        Fields::Unnamed(_) => quote! {
            #path(#(#bindings,)*) => f.debug_tuple(#name)#(.field(#values))*.finish(),
        },
        Fields::Unit => quote!(#path => f.write_str(#name),),
    }
}

fn value(field: &syn::Field, binding: &Ident, private: &TokenStream, errors: &mut Errors) -> TokenStream {
    if let Some(class) = Attributes::read(&field.attrs, "avro", FIELD, errors).text("pii", errors) {
        quote! {
            {
                let _ = #binding;
                &#private::Redacted(#class)
            }
        }
    } else {
        quote!(#binding)
    }
}
