use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors, so that the compiler shows all of them at once.
#[derive(Default)]
pub(crate) struct Errors {
    first: Option<syn::Error>,
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Adds an error at the span of `tokens`.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.first {
            Some(first) => first.combine(error),
            None => self.first = Some(error),
        }
    }

    /// The value, or `None` and an error.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }
}

/// The result of `expand`, or all errors that it collected.
pub(crate) fn or_compile_error(
    expand: impl FnOnce(&mut Errors) -> Option<TokenStream>,
) -> proc_macro::TokenStream {
    let mut errors = Errors::default();
    let expanded = expand(&mut errors);
    match errors.first {
        Some(error) => error.into_compile_error().into(),
        None => expanded.unwrap_or_default().into(),
    }
}
