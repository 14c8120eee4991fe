//! Defaults: JSON, read from Rust tokens.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Lit, LitStr, Token, Type, braced, bracketed};

use crate::errors::Errors;
use crate::logical::Logical;
use crate::type_tokens::{argument, is_bytes, is_named, is_text};

/// A JSON value with its tokens.
pub(crate) struct Json {
    tokens: TokenStream,
    value: Value,
}

enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(LitStr, Json)>),
}

impl Json {
    /// Parses the tokens of a default.
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Option<Self> {
        errors.keep(syn::parse2(tokens))
    }

    /// `null`, with the span of `at`.
    pub(crate) fn null(at: &Ident) -> Self {
        Self { tokens: at.to_token_stream(), value: Value::Null }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value as a default of `ty`: for a float, an integer becomes a float.
    pub(crate) fn of(mut self, ty: &Type) -> Self {
        self.fit(ty);
        self
    }

    /// Checks that the value can be a default of `ty`, as far as tokens show it. `logical` is the logical
    /// type of the innermost type.
    pub(crate) fn check(&self, ty: &Type, logical: Option<&Logical>, errors: &mut Errors) {
        let expected = |expected: &str, errors: &mut Errors| {
            errors.push(&self.tokens, format_args!("the default of this field must be {expected}"));
        };
        let holds_others = !is_bytes(ty) && argument(ty, &["Vec", "HashMap", "BTreeMap", "Box"]).is_some();
        if let Some(inner) = argument(ty, &["Option"]) {
            if !self.is_null() {
                self.check(inner, logical, errors);
            }
        } else if let (Some(logical), false) = (logical, holds_others) {
            if let Some(text) = logical.expected(&self.to_model()) {
                expected(&text, errors);
            }
        } else if let Some(text) = self::expected(ty, &self.value) {
            expected(text, errors);
        } else if let Value::Array(items) = &self.value {
            if let Some(inner) = argument(ty, &["Vec"]) {
                for item in items {
                    item.check(inner, logical, errors);
                }
            }
        } else if let Some(inner) = argument(ty, &["Box"]) {
            self.check(inner, logical, errors);
        } else if let (Value::Object(members), Some(inner)) =
            (&self.value, argument(ty, &["HashMap", "BTreeMap"]))
        {
            for (_, value) in members {
                value.check(inner, logical, errors);
            }
        }
    }

    fn to_model(&self) -> signalbook_model::Json {
        use signalbook_model::Json as Model;
        match &self.value {
            Value::Null => Model::Null,
            Value::Bool(value) => Model::Bool(*value),
            Value::Integer(value) => Model::Integer(*value),
            Value::Float(value) => Model::Float(*value),
            Value::String(text) => Model::String(text.clone()),
            Value::Array(items) => Model::Array(items.iter().map(Self::to_model).collect()),
            Value::Object(members) => {
                Model::Object(members.iter().map(|(name, value)| (name.value(), value.to_model())).collect())
            }
        }
    }

    /// The defaults within the value whose types are the user's own, each with its type.
    pub(crate) fn for_named<'j>(&'j self, ty: &'j Type) -> Vec<(&'j Type, &'j Self)> {
        if let Some(inner) = argument(ty, &["Option"]) {
            return if self.is_null() { Vec::new() } else { self.for_named(inner) };
        }
        let is_built_in = is_text(ty)
            || is_bytes(ty)
            || ["bool", "i32", "i64", "f32", "f64"].iter().any(|name| is_named(ty, name));
        if is_built_in {
            return Vec::new();
        }
        match (&self.value, argument(ty, &["Vec"]), argument(ty, &["HashMap", "BTreeMap"])) {
            (Value::Array(items), Some(inner), _) => {
                items.iter().flat_map(|item| item.for_named(inner)).collect()
            }
            (Value::Object(members), _, Some(inner)) => {
                members.iter().flat_map(|(_, value)| value.for_named(inner)).collect()
            }
            _ => match argument(ty, &["Box"]) {
                Some(inner) => self.for_named(inner),
                None => vec![(ty, self)],
            },
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.tokens.span()
    }

    /// The compiler's message if the value is not a default of the user's own type.
    pub(crate) fn wrong_default(&self) -> &'static str {
        match self.value {
            Value::Object(_) => "an object can be the default of a record, or the raw bytes of a decimal",
            Value::String(_) => {
                "a string can be the default of an enum with this symbol, of a fixed with this number of \
                 bytes, or of a logical type as its text: \"12.34\", \"2026-01-31\", \"12:30:00\""
            }
            Value::Integer(_) => {
                "a number can be the default of a date, a timestamp or a time of day before midnight, but \
                 not of a record (an object), or of a decimal, enum, fixed or UUID (a string)"
            }
            Value::Null | Value::Bool(_) | Value::Float(_) | Value::Array(_) => {
                "the default of a record must be an object, and that of an enum, a fixed or a logical type a \
                 string: \"12.34\", \"2026-01-31\", \"12:30:00\""
            }
        }
    }

    /// The value as a `private::Literal`.
    pub(crate) fn literal(&self, private: &TokenStream) -> TokenStream {
        let span = self.tokens.span();
        match &self.value {
            Value::Null => quote!(#private::Literal::Null),
            Value::Bool(value) => quote!(#private::Literal::Bool(#value)),
            Value::Integer(value) => quote!(#private::Literal::Integer(#value)),
            Value::Float(value) if value.is_nan() => quote!(#private::Literal::NAN),
            Value::Float(value) if *value == f64::INFINITY => quote!(#private::Literal::INFINITY),
            Value::Float(value) if *value == f64::NEG_INFINITY => quote!(#private::Literal::NEG_INFINITY),
            Value::Float(value) => quote!(#private::Literal::Float(#value)),
            Value::String(value) => quote!(#private::Literal::String(#value)),
            Value::Array(items) => {
                let items = items.iter().map(|item| item.literal(private));
                quote_spanned!(span=> #private::Literal::Array(&[#(#items),*]))
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let value = value.literal(private);
                    quote!((#name, #value))
                });
                quote_spanned!(span=> #private::Literal::Object(&[#(#members),*]))
            }
        }
    }

    fn fit(&mut self, ty: &Type) {
        match &mut self.value {
            #[expect(clippy::cast_precision_loss, reason = "the nearest float is what Avro reads")]
            Value::Integer(value) if is_named(ty, "f32") || is_named(ty, "f64") => {
                self.value = Value::Float(*value as f64);
            }
            Value::Array(items) => {
                if let Some(inner) = argument(ty, &["Vec"]) {
                    for item in items {
                        item.fit(inner);
                    }
                }
            }
            Value::Object(members) => {
                if let Some(inner) = argument(ty, &["HashMap", "BTreeMap"]) {
                    for (_, value) in members {
                        value.fit(inner);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) => {}
        }
        if let Some(inner) = argument(ty, &["Option", "Box"]) {
            self.fit(inner);
        }
    }
}

/// What a default of `ty` must be, if `value` cannot be one.
fn expected(ty: &Type, value: &Value) -> Option<&'static str> {
    let (fits, expected) = if is_text(ty) {
        (matches!(value, Value::String(_)), "a string")
    } else if is_bytes(ty) {
        let is_latin = |text: &String| text.chars().all(|c| u32::from(c) <= 0xff);
        (matches!(value, Value::String(text) if is_latin(text)), "bytes: a string of code points up to 255")
    } else if is_named(ty, "bool") {
        (matches!(value, Value::Bool(_)), "`true` or `false`")
    } else if is_named(ty, "i32") {
        (matches!(value, Value::Integer(number) if i32::try_from(*number).is_ok()), "an integer of 32 bits")
    } else if is_named(ty, "i64") {
        (matches!(value, Value::Integer(number) if i64::try_from(*number).is_ok()), "an integer of 64 bits")
    } else if is_named(ty, "f32") || is_named(ty, "f64") {
        (matches!(value, Value::Integer(_) | Value::Float(_)), "a number")
    } else if argument(ty, &["Vec"]).is_some() {
        (matches!(value, Value::Array(_)), "a list: `[]`")
    } else if argument(ty, &["HashMap", "BTreeMap"]).is_some() {
        (matches!(value, Value::Object(_)), "an object: `{}`")
    } else {
        (true, "")
    };
    (!fits).then_some(expected)
}

impl Parse for Json {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let start = input.cursor();
        let value = Value::parse(input)?;
        let end = input.cursor();
        let mut tokens = TokenStream::new();
        let mut cursor = start;
        while cursor != end {
            let Some((token, next)) = cursor.token_tree() else { break };
            token.to_tokens(&mut tokens);
            cursor = next;
        }
        Ok(Self { tokens, value })
    }
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::token::Bracket) {
            let content;
            bracketed!(content in input);
            let items = Punctuated::<Json, Token![,]>::parse_terminated(&content)?;
            return Ok(Self::Array(items.into_iter().collect()));
        }
        if input.peek(syn::token::Brace) {
            let content;
            braced!(content in input);
            let members = Punctuated::<Member, Token![,]>::parse_terminated(&content)?;
            return Ok(Self::Object(members.into_iter().map(|Member(name, value)| (name, value)).collect()));
        }
        let minus: Option<Token![-]> = input.parse()?;
        let span = input.span();
        if input.peek(Lit) {
            let literal: Lit = input.parse()?;
            return Self::of(&literal, minus.is_some())
                .ok_or_else(|| syn::Error::new(span, "a default must be JSON"));
        }
        let word =
            input.call(Ident::parse_any).map_err(|_| syn::Error::new(span, "a default must be JSON"))?;
        match (word.to_string().as_str(), minus) {
            ("null", None) => Ok(Self::Null),
            ("NaN", None) => Ok(Self::Float(f64::NAN)),
            ("inf", None) => Ok(Self::Float(f64::INFINITY)),
            ("inf", Some(_)) => Ok(Self::Float(f64::NEG_INFINITY)),
            _ => Err(syn::Error::new(span, format_args!("a default must be JSON, and `{word}` is not JSON"))),
        }
    }
}

impl Value {
    fn of(literal: &Lit, negative: bool) -> Option<Self> {
        match literal {
            Lit::Str(text) if !negative => Some(Self::String(text.value())),
            Lit::Bool(value) if !negative => Some(Self::Bool(value.value)),
            Lit::Int(number) if number.suffix().is_empty() => {
                let number: i128 = number.base10_parse().ok()?;
                Some(Self::Integer(if negative { -number } else { number }))
            }
            Lit::Float(number) if number.suffix().is_empty() => {
                let number: f64 = number.base10_parse().ok()?;
                Some(Self::Float(if negative { -number } else { number }))
            }
            _ => None,
        }
    }
}

struct Member(LitStr, Json);

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self(name, input.parse()?))
    }
}
