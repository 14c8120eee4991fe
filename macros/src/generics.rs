//! The generics of an impl: those of the type, with bounds for the parameters that its fields use.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, GenericParam, Generics, LifetimeParam, PathArguments, Type, TypePath, parse_quote,
};

/// How the fields of a type use its type parameters.
pub(crate) struct Bounds<'t> {
    generics: &'t Generics,
    /// The parameters that a field uses as a type.
    parameters: Vec<&'t Ident>,
    /// The types that belong to a parameter: `T::Item`, `<T as Iterator>::Item`.
    associated: Vec<&'t TypePath>,
    /// Those of both lists that are the content of an `Option` or of an `Option<Box<_>>`.
    optional: Vec<String>,
}

impl<'t> Bounds<'t> {
    /// The bounds of a type with `generics` and fields of these types.
    pub(crate) fn new(generics: &'t Generics, fields: impl IntoIterator<Item = &'t Type>) -> Self {
        let mut bounds =
            Self { generics, parameters: Vec::new(), associated: Vec::new(), optional: Vec::new() };
        if generics.type_params().next().is_some() {
            for ty in fields {
                bounds.collect(ty, false);
            }
        }
        bounds
    }

    /// The types from `parameters` and `associated`: each needs a bound.
    pub(crate) fn held(&self) -> impl Iterator<Item = TokenStream> {
        let parameters = self.generics.type_params().map(|parameter| &parameter.ident);
        let parameters = parameters.filter(|parameter| self.parameters.contains(parameter));
        parameters.map(ToTokens::to_token_stream).chain(self.associated.iter().map(ToTokens::to_token_stream))
    }

    /// Whether the type `held` is the content of an `Option`, and so must be a branch of a union.
    pub(crate) fn is_optional(&self, held: &TokenStream) -> bool {
        self.optional.contains(&held.to_string())
    }

    /// The generics of the type, with `bound` for each type of [`held`](Self::held).
    pub(crate) fn bounded(&self, bound: impl Fn(&TokenStream) -> TokenStream) -> Generics {
        let mut generics = self.generics.clone();
        for parameter in generics.type_params_mut() {
            if self.parameters.contains(&&parameter.ident) {
                let bound = bound(&parameter.ident.to_token_stream());
                parameter.bounds.push(parse_quote!(#bound));
            }
        }
        if !self.associated.is_empty() {
            let conditions = generics.make_where_clause();
            for ty in &self.associated {
                let bound = bound(&ty.to_token_stream());
                conditions.predicates.push(parse_quote!(#ty: #bound));
            }
        }
        generics
    }

    /// As [`bounded`](Self::bounded) by `Decode`, with the lifetime of the buffer, which outlives every
    /// other.
    pub(crate) fn decoding(&self, private: &TokenStream) -> Generics {
        let mut decoding = self.bounded(|_| quote!(#private::Decode<'__de>));
        let mut buffer = LifetimeParam::new(parse_quote!('__de));
        buffer.bounds.extend(self.generics.lifetimes().map(|parameter| parameter.lifetime.clone()));
        decoding.params.insert(0, GenericParam::Lifetime(buffer));
        decoding
    }

    fn collect(&mut self, ty: &'t Type, is_optional: bool) {
        match ty {
            Type::Path(path) => self.collect_path(path, is_optional),
            Type::Reference(reference) => self.collect(&reference.elem, is_optional),
            Type::Slice(slice) => self.collect(&slice.elem, false),
            Type::Array(array) => self.collect(&array.elem, false),
            Type::Group(group) => self.collect(&group.elem, is_optional),
            Type::Paren(paren) => self.collect(&paren.elem, is_optional),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| self.collect(ty, false)),
            // The field of an event cannot have any other type, so it needs no bound.
            _ => {}
        }
    }

    fn collect_path(&mut self, path: &'t TypePath, is_optional: bool) {
        let of_parameter = |ty: &Type| matches!(ty, Type::Path(path) if self.parameter(path).is_some());
        let is_associated = match &path.qself {
            Some(qself) => of_parameter(&qself.ty),
            None => path.path.segments.len() > 1 && self.parameter(path).is_some(),
        };
        let tokens = path.to_token_stream().to_string();
        if is_associated {
            if self.associated.iter().all(|other| other.to_token_stream().to_string() != tokens) {
                self.associated.push(path);
            }
            if is_optional {
                self.optional.push(tokens);
            }
            return;
        }
        if let (Some(parameter), true) = (self.parameter(path), path.path.segments.len() == 1) {
            self.parameters.push(parameter);
            if is_optional {
                self.optional.push(tokens);
            }
        }
        for segment in &path.path.segments {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { continue };
            let is_optional = segment.ident == "Option" || is_optional && segment.ident == "Box";
            for argument in &arguments.args {
                match argument {
                    GenericArgument::Type(ty) => self.collect(ty, is_optional),
                    GenericArgument::AssocType(ty) => self.collect(&ty.ty, false),
                    _ => {}
                }
            }
        }
    }

    /// The type parameter that a path begins with.
    fn parameter(&self, path: &TypePath) -> Option<&'t Ident> {
        let first = &path.path.segments.first().filter(|_| path.qself.is_none())?.ident;
        self.generics.type_params().map(|parameter| &parameter.ident).find(|parameter| *parameter == first)
    }
}
