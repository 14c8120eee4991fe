//! The Rust types that a registry can name.

use syn::Type;
use syn::buffer::Cursor;
use syn::parse::ParseStream;

/// Parses a type of stable Rust. Syn also accepts types of nightly Rust (`dyn* Trait` and `builtin # ...`),
/// which prettyplease cannot format.
pub(crate) fn stable_type(input: ParseStream<'_>) -> syn::Result<Type> {
    if has_unstable_type(input.cursor()) {
        return Err(input.error("not a type of stable Rust"));
    }
    input.parse()
}

fn has_unstable_type(mut rest: Cursor<'_>) -> bool {
    loop {
        if let Some((name, after)) = rest.ident() {
            let next = after.punct().map(|(punct, _)| punct.as_char());
            if name == "dyn" && next == Some('*') || name == "builtin" && next == Some('#') {
                return true;
            }
            rest = after;
        } else if let Some((within, _, _, after)) = rest.any_group() {
            if has_unstable_type(within) {
                return true;
            }
            rest = after;
        } else if let Some((_, after)) = rest.token_tree() {
            rest = after;
        } else {
            return false;
        }
    }
}
