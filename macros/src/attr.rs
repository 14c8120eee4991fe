//! Reads attributes: `#[word(name, name = value, name(list))]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Token, Type, bracketed, parenthesized};

use crate::errors::Errors;
use crate::similar::hint;

/// The items of all attributes of one name: `avro`, `event`, `record` or `enumeration`.
pub(crate) struct Attributes {
    items: Vec<Item>,
}

pub(crate) struct Item {
    pub(crate) name: Ident,
    value: Value,
}

enum Value {
    Flag,
    Assigned(TokenStream),
    List(TokenStream),
}

impl Attributes {
    /// The items of all `#[word(…)]` in `attributes`. Each must be one of `known` and occur once.
    pub(crate) fn read(attributes: &[Attribute], word: &str, known: &[&str], errors: &mut Errors) -> Self {
        let mut read = Self { items: Vec::new() };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(word)) {
            match &attribute.meta {
                Meta::List(list) => read.add(list.tokens.clone(), known, errors),
                Meta::Path(_) | Meta::NameValue(_) => {
                    errors.push(&attribute.meta, format_args!("expected a list: `#[{word}(...)]`"));
                }
            }
        }
        read
    }

    fn add(&mut self, list: TokenStream, known: &[&str], errors: &mut Errors) {
        let parsed = Punctuated::<Item, Token![,]>::parse_terminated.parse2(list);
        for item in errors.keep(parsed).into_iter().flatten() {
            let name = item.name.to_string();
            if !known.contains(&name.as_str()) {
                errors.push(&item.name, unknown(&name, known));
            } else if self.items.iter().any(|other| other.name == item.name) {
                errors.push(&item.name, format_args!("`{name}` is given twice"));
            } else {
                self.items.push(item);
            }
        }
    }

    /// Takes the item `name` out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Item> {
        let index = self.items.iter().position(|item| item.name == name)?;
        Some(self.items.swap_remove(index))
    }

    /// Takes `name = "text"`.
    pub(crate) fn text(&mut self, name: &str, errors: &mut Errors) -> Option<LitStr> {
        self.take(name)?.text(errors)
    }

    /// Takes `name = ["text", "text"]`.
    pub(crate) fn texts(&mut self, name: &str, errors: &mut Errors) -> Vec<LitStr> {
        self.take(name).map(|item| item.texts(errors)).unwrap_or_default()
    }

    /// Takes `name`.
    pub(crate) fn flag(&mut self, name: &str, errors: &mut Errors) -> Option<Ident> {
        self.take(name)?.flag(errors)
    }
}

impl Item {
    pub(crate) fn text(self, errors: &mut Errors) -> Option<LitStr> {
        let form = format!("{} = \"...\"", self.name);
        self.assigned(&form, errors).filter(|text| is_filled(text, errors))
    }

    pub(crate) fn texts(self, errors: &mut Errors) -> Vec<LitStr> {
        let form = format!("{} = [\"...\", \"...\"]", self.name);
        let texts =
            self.assigned::<Texts>(&form, errors).map_or_else(Vec::new, |texts| Vec::from_iter(texts.0));
        texts.into_iter().filter(|text| is_filled(text, errors)).collect()
    }

    pub(crate) fn number(self, errors: &mut Errors) -> Option<u32> {
        let form = format!("{} = 0", self.name);
        let number: LitInt = self.assigned(&form, errors)?;
        errors.keep(number.base10_parse().map_err(|_| {
            let most = u32::MAX;
            syn::Error::new(number.span(), format_args!("expected a whole number from 0 to {most}"))
        }))
    }

    pub(crate) fn flag(self, errors: &mut Errors) -> Option<Ident> {
        match self.value {
            Value::Flag => Some(self.name),
            Value::Assigned(tokens) | Value::List(tokens) => {
                errors.push(tokens, format_args!("`{}` takes no value", self.name));
                None
            }
        }
    }

    /// The type of `name = "Type"` or `name = Type`.
    pub(crate) fn ty(self, errors: &mut Errors) -> Option<Type> {
        let form = format!("{} = \"Type\"", self.name);
        let tokens = self.tokens(&form, errors)?;
        match syn::parse2::<LitStr>(tokens.clone()) {
            Ok(text) => {
                errors.keep(text.parse().map_err(|_| {
                    syn::Error::new(text.span(), format_args!("`{}` is not a type", text.value()))
                }))
            }
            Err(_) => errors.keep(syn::parse2(tokens)),
        }
    }

    /// The tokens after `=`.
    pub(crate) fn tokens(self, form: &str, errors: &mut Errors) -> Option<TokenStream> {
        match self.value {
            Value::Assigned(tokens) => Some(tokens),
            Value::Flag | Value::List(_) => {
                errors.push(&self.name, format_args!("expected `{form}`"));
                None
            }
        }
    }

    /// The items of `name(…)`.
    pub(crate) fn list(self, known: &[&str], errors: &mut Errors) -> Option<Attributes> {
        let Value::List(tokens) = self.value else {
            errors.push(&self.name, format_args!("expected `{}(...)`", self.name));
            return None;
        };
        let mut list = Attributes { items: Vec::new() };
        list.add(tokens, known, errors);
        Some(list)
    }

    /// The value of `name = value`.
    pub(crate) fn assigned<T: Parse>(self, form: &str, errors: &mut Errors) -> Option<T> {
        let tokens = self.tokens(form, errors)?;
        let first = tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let parsed = syn::parse2(tokens);
        errors.keep(parsed.map_err(|_| syn::Error::new(first, format_args!("expected `{form}`"))))
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            return Ok(Self { name, value: Value::List(content.parse()?) });
        }
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Self { name, value: Value::Flag });
        }
        let equals: Token![=] = input.parse()?;
        let mut value = TokenStream::new();
        let mut angles = 0_u32;
        while !input.is_empty() && (angles > 0 || !input.peek(Token![,])) {
            let token: TokenTree = input.parse()?;
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == '<' => angles += 1,
                TokenTree::Punct(punct) if punct.as_char() == '>' => angles = angles.saturating_sub(1),
                TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => {}
            }
            token.to_tokens(&mut value);
        }
        if value.is_empty() {
            return Err(syn::Error::new_spanned(equals, format_args!("`{name} =` needs a value")));
        }
        Ok(Self { name, value: Value::Assigned(value) })
    }
}

struct Texts(Punctuated<LitStr, Token![,]>);

impl Parse for Texts {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        bracketed!(content in input);
        Punctuated::parse_terminated(&content).map(Self)
    }
}

/// Reports an empty text: no attribute takes one.
fn is_filled(text: &LitStr, errors: &mut Errors) -> bool {
    let filled = !text.value().is_empty();
    if !filled {
        errors.push(text, "the text must not be empty; leave the attribute out instead");
    }
    filled
}

fn unknown(name: &str, known: &[&str]) -> String {
    let hint = hint(name, known.iter().copied());
    if hint.is_empty() {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        format!("unknown attribute `{name}`; expected one of {}", known.join(", "))
    } else {
        format!("unknown attribute `{name}`{hint}")
    }
}
