//! From tokens to text.

use proc_macro2::TokenStream;

/// The text of a file of `items`, as rustfmt would have it.
///
/// # Errors
/// Where `items` are not Rust: an attribute or a type of the settings is not.
pub(super) fn file(items: TokenStream) -> syn::Result<String> {
    Ok(spaced(&prettyplease::unparse(&syn::parse2(items)?)))
}

/// Puts an empty line between items, which the printer sets one below the other.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 16);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let ends_item = line.ends_with(['}', ';']) && !is_comment(line);
        if ends_item && lines.peek().is_some_and(|next| !next.is_empty() && indent(next) == indent(line)) {
            spaced.push('\n');
        }
    }
    spaced
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn items_stand_apart() {
        let items = quote! {
            /// A module; }
            pub mod shop {
                pub struct First { pub a: i32, pub b: Option<String> }
                pub struct Second(pub [u8; 4]);
                impl First { pub fn new(a: i32) -> Self { Self { a, b: None } } }
            }
        };
        let text = [
            "/// A module; }",
            "pub mod shop {",
            "    pub struct First {",
            "        pub a: i32,",
            "        pub b: Option<String>,",
            "    }",
            "",
            "    pub struct Second(pub [u8; 4]);",
            "",
            "    impl First {",
            "        pub fn new(a: i32) -> Self {",
            "            Self { a, b: None }",
            "        }",
            "    }",
            "}",
            "",
        ];
        assert_eq!(file(items).expect("these are items"), text.join("\n"));
    }

    #[test]
    fn what_is_not_rust_is_an_error() {
        assert!(file(quote!(pub struct)).is_err());
    }
}
