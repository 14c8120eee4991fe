//! What the tokens of a type show. The functions handle the forms that people write and return `None` or
//! `false` for others.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Data, Expr, Fields, GenericArgument, Lit, PathArguments, PathSegment, Type, TypeArray};

/// The generic types whose wire form is made of the wire form of their argument.
pub(crate) const WRAPPERS: &[&str] = &["Option", "Vec", "Box", "HashMap", "BTreeMap"];

/// The last segment of a type's path: `Vec<u8>` of `std::vec::Vec<u8>`.
pub(crate) fn segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => segment(&group.elem),
        Type::Paren(paren) => segment(&paren.elem),
        _ => None,
    }
}

/// The last type argument of a type whose name is in `wrappers`: `T` of `Option<T>` and of `HashMap<String,
/// T>`.
pub(crate) fn argument<'t>(ty: &'t Type, wrappers: &[&str]) -> Option<&'t Type> {
    let segment = segment(ty)?;
    if !wrappers.iter().any(|wrapper| segment.ident == wrapper) {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let first = types.next();
    if segment.ident == "HashMap" || segment.ident == "BTreeMap" { types.next() } else { first }
}

/// The type within all wrappers. Bytes (`Vec<u8>`) are not a list.
pub(crate) fn innermost(ty: &Type) -> &Type {
    match argument(ty, WRAPPERS) {
        Some(inner) if !is_bytes(ty) && !is_text(ty) => innermost(inner),
        Some(_) | None => ty,
    }
}

/// Whether a type is `Vec<u8>`, `&[u8]`, `Cow<[u8]>` or `Box<[u8]>`.
pub(crate) fn is_bytes(ty: &Type) -> bool {
    let is_slice = |ty: &Type| matches!(ty, Type::Slice(slice) if is_named(&slice.elem, "u8"));
    match ty {
        Type::Reference(reference) => is_slice(&reference.elem),
        _ => {
            argument(ty, &["Vec"]).is_some_and(|item| is_named(item, "u8"))
                || argument(ty, &["Cow", "Box"]).is_some_and(is_slice)
        }
    }
}

/// Whether a type is `String`, `&str`, `Cow<str>` or `Box<str>`.
pub(crate) fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_named(&reference.elem, "str"),
        _ => {
            is_named(ty, "String")
                || argument(ty, &["Cow", "Box"]).is_some_and(|inner| is_named(inner, "str"))
        }
    }
}

/// Whether the last segment of a type's path is `name`, without arguments.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    segment(ty).is_some_and(|segment| segment.ident == name && segment.arguments.is_none())
}

/// Whether a type is `ident` or `Self`, perhaps boxed.
pub(crate) fn is_itself(ty: &Type, ident: &Ident) -> bool {
    match (argument(ty, &["Box"]), ty) {
        (Some(boxed), _) => is_itself(boxed, ident),
        (None, Type::Path(path)) if path.qself.is_none() && path.path.segments.len() == 1 => {
            segment(ty).is_some_and(|segment| segment.ident == *ident || segment.ident == "Self")
        }
        (None, _) => false,
    }
}

/// The name of `ty` if it is a number that Avro does not have.
pub(crate) fn foreign_number(ty: &Type) -> Option<&'static str> {
    const FOREIGN: &[&str] = &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i128", "isize"];
    FOREIGN.iter().copied().find(|name| is_named(ty, name))
}

/// The array of a tuple struct whose one field is `[u8; N]`.
pub(crate) fn byte_array(data: &Data) -> Option<&TypeArray> {
    let Data::Struct(data) = data else { return None };
    let Fields::Unnamed(fields) = &data.fields else { return None };
    match fields.unnamed.first().map(|field| &field.ty) {
        Some(Type::Array(array)) if fields.unnamed.len() == 1 && is_named(&array.elem, "u8") => Some(array),
        Some(_) | None => None,
    }
}

/// The length of an array, if it is a literal.
pub(crate) fn size(length: &Expr) -> Option<usize> {
    match length {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        other => syn::parse2::<syn::LitInt>(other.to_token_stream()).ok()?.base10_parse().ok(),
    }
}
