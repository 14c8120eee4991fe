//! Logical types in attributes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Type, TypeArray};

use signalbook_model::{FixedLogical as FixedMeaning, Json, Logical as Meaning};

use crate::errors::Errors;
use crate::similar::hint;
use crate::type_tokens::{innermost, is_bytes, is_named, is_text, size};

/// The logical type of a field.
#[derive(Clone, Copy)]
pub(crate) struct Logical(Meaning);

/// The logical type of a fixed.
pub(crate) struct FixedLogical(FixedMeaning);

/// The logical types without parameters.
const PLAIN: [Meaning; 11] = [
    Meaning::Date,
    Meaning::TimeMillis,
    Meaning::TimeMicros,
    Meaning::TimestampMillis,
    Meaning::TimestampMicros,
    Meaning::TimestampNanos,
    Meaning::LocalTimestampMillis,
    Meaning::LocalTimestampMicros,
    Meaning::LocalTimestampNanos,
    Meaning::Uuid,
    Meaning::BigDecimal,
];

impl Logical {
    /// The logical type with the name `written`, of `ty` or of the innermost type in it.
    pub(crate) fn read(written: &LitStr, ty: &Type, errors: &mut Errors) -> Option<Self> {
        let name = written.value();
        let meaning = match decimal(&name) {
            Some(decimal) => {
                let (precision, scale) = known_decimal(decimal, written, errors)?;
                Meaning::Decimal { precision, scale }
            }
            None => {
                if let Some(meaning) = PLAIN.into_iter().find(|meaning| meaning.name() == name) {
                    meaning
                } else {
                    let hint =
                        hint(&name, PLAIN.iter().map(|meaning| meaning.name()).chain(["decimal(9,2)"]));
                    errors.push(written, format_args!("unknown logical type `{name}`{hint}"));
                    return None;
                }
            }
        };
        let inner = innermost(ty);
        let wire = wire(inner);
        if wire.is_some_and(|wire| wire != meaning.base_name()) {
            let base = rust_name(meaning);
            errors.push(inner, format_args!("the logical type `{name}` needs a `{base}`"));
        }
        Some(Self(meaning))
    }

    /// What a default must be, if `value` is not one.
    pub(crate) fn expected(&self, value: &Json) -> Option<String> {
        let is_valid = self.0.read_plain(value).is_ok_and(|value| self.0.allows(&value));
        (!is_valid).then(|| self.0.expected())
    }

    /// The logical type as a `private::Logical`.
    pub(crate) fn literal(self, private: &TokenStream) -> TokenStream {
        let name = match self.0 {
            Meaning::Date => quote!(Date),
            Meaning::TimeMillis => quote!(TimeMillis),
            Meaning::TimeMicros => quote!(TimeMicros),
            Meaning::TimestampMillis => quote!(TimestampMillis),
            Meaning::TimestampMicros => quote!(TimestampMicros),
            Meaning::TimestampNanos => quote!(TimestampNanos),
            Meaning::LocalTimestampMillis => quote!(LocalTimestampMillis),
            Meaning::LocalTimestampMicros => quote!(LocalTimestampMicros),
            Meaning::LocalTimestampNanos => quote!(LocalTimestampNanos),
            Meaning::Uuid => quote!(Uuid),
            Meaning::Decimal { precision, scale } => quote!(Decimal { precision: #precision, scale: #scale }),
            Meaning::BigDecimal => quote!(BigDecimal),
        };
        quote!(#private::Logical::#name)
    }
}

impl FixedLogical {
    /// The logical type with the name `written`, of a fixed of `bytes`.
    pub(crate) fn read(written: &LitStr, bytes: &TypeArray, errors: &mut Errors) -> Option<Self> {
        let name = written.value();
        let meaning = match (name.as_str(), decimal(&name)) {
            (_, Some(decimal)) => {
                let (precision, scale) = known_decimal(decimal, written, errors)?;
                FixedMeaning::Decimal { precision, scale }
            }
            ("uuid", None) => FixedMeaning::Uuid,
            ("duration", None) => FixedMeaning::Duration,
            (_, None) => {
                errors.push(written, "a fixed can be a `uuid`, a `duration` or a `decimal(precision,scale)`");
                return None;
            }
        };
        if let Some(size) = size(&bytes.len)
            && !meaning.fits(size)
        {
            errors.push(&bytes.len, format_args!("`{name}` does not fit into a fixed of {size} bytes"));
        }
        Some(Self(meaning))
    }

    /// The logical type as a `private::FixedLogical`.
    pub(crate) fn literal(&self, private: &TokenStream) -> TokenStream {
        let name = match self.0 {
            FixedMeaning::Decimal { precision, scale } => {
                quote!(Decimal { precision: #precision, scale: #scale })
            }
            FixedMeaning::Duration => quote!(Duration),
            FixedMeaning::Uuid => quote!(Uuid),
        };
        quote!(#private::FixedLogical::#name)
    }
}

/// The parameters in `decimal(…)`.
fn decimal(name: &str) -> Option<&str> {
    name.strip_prefix("decimal(")?.strip_suffix(')')
}

fn known_decimal(parameters: &str, written: &LitStr, errors: &mut Errors) -> Option<(u32, u32)> {
    let (precision, scale) = parameters.split_once(',').unwrap_or((parameters, "0"));
    match (precision.trim().parse(), scale.trim().parse()) {
        (Ok(precision), Ok(scale)) if precision > 0 && scale <= precision => Some((precision, scale)),
        _ => {
            errors.push(
                written,
                "expected `decimal(precision,scale)`: all digits, at least 1, and those after the point",
            );
            None
        }
    }
}

/// The name of the type in the registry language, if its tokens show it.
fn wire(ty: &Type) -> Option<&'static str> {
    if is_text(ty) {
        return Some("string");
    }
    if is_bytes(ty) {
        return Some("bytes");
    }
    let scalars = [("bool", "boolean"), ("i32", "int"), ("i64", "long"), ("f32", "float"), ("f64", "double")];
    scalars.into_iter().find(|(rust, _)| is_named(ty, rust)).map(|(_, wire)| wire)
}

fn rust_name(meaning: Meaning) -> &'static str {
    match meaning.base_name() {
        "int" => "i32",
        "long" => "i64",
        "string" => "String",
        _ => "Vec<u8>",
    }
}
