//! Formats the Rust code that a registry contains as text.

use syn::{Attribute, GenericArgument, Item, Path, PathArguments, Type, parse_quote};

use super::pretty_print::list;

/// Returns `ty` as a fragment.
pub(super) fn ty(ty: &Type) -> String {
    let fragment = match ty {
        Type::Path(ty) if ty.qself.is_none() => path(&ty.path),
        Type::Tuple(tuple) if tuple.elems.len() > 1 => Some(list("(", tuple.elems.iter().map(self::ty), ")")),
        _ => None,
    };
    fragment.unwrap_or_else(|| {
        let item = prettyplease::unparse(&parse_quote!(type T = #ty;));
        item.trim_start_matches("type T = ").trim_end().trim_end_matches(';').to_owned()
    })
}

/// Returns a path whose arguments are types and lifetimes as a fragment.
fn path(path: &Path) -> Option<String> {
    let segments = path.segments.iter().map(|segment| {
        let name = segment.ident.to_string();
        match &segment.arguments {
            PathArguments::None => Some(name),
            PathArguments::AngleBracketed(arguments) if !arguments.args.is_empty() => {
                let types = arguments.args.iter().map(|argument| match argument {
                    GenericArgument::Type(argument) => Some(ty(argument)),
                    GenericArgument::Lifetime(lifetime) => Some(lifetime.to_string()),
                    _ => None,
                });
                Some(list(&format!("{name}<"), types.collect::<Option<Vec<_>>>()?, ">"))
            }
            PathArguments::AngleBracketed(_) | PathArguments::Parenthesized(_) => None,
        }
    });
    let segments = segments.collect::<Option<Vec<_>>>()?.join("::");
    Some(if path.leading_colon.is_some() { format!("::{segments}") } else { segments })
}

/// Returns the lines of `attributes` for an item that is `depth` modules deep.
pub(super) fn attributes(attributes: &[Attribute], depth: usize) -> String {
    let mut item: Item = parse_quote!(#(#attributes)* struct Item;);
    for _ in 0..depth {
        item = parse_quote!(mod m { #item });
    }
    let text = prettyplease::unparse(&parse_quote!(#item));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines[depth..lines.len() - depth - 1].concat()
}
