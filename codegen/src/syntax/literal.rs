//! The values of defaults, before their type is known.

use signalbook_diagnostics::Span;
use toml::de::DeValue;

use super::Spanned;
use super::reader::Value;

/// A value in a registry file.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) kind: LiteralKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum LiteralKind {
    String(String),
    /// `None` if the integer does not fit in 128 bits.
    Integer(Option<i128>),
    Float(f64),
    Boolean(bool),
    DateTime,
    Array(Vec<Literal>),
    Table(Vec<(Spanned<String>, Literal)>),
}

impl Literal {
    pub(super) fn read(value: Value<'_>) -> Self {
        let mut span = value.token();
        let kind = match value.raw() {
            DeValue::String(text) => {
                span = value.reader.within(span, text, 0..text.len());
                LiteralKind::String(text.clone().into_owned())
            }
            DeValue::Integer(integer) => {
                LiteralKind::Integer(i128::from_str_radix(integer.as_str(), integer.radix()).ok())
            }
            DeValue::Float(float) => LiteralKind::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => LiteralKind::Boolean(*boolean),
            DeValue::Datetime(_) => LiteralKind::DateTime,
            DeValue::Array(_) => {
                LiteralKind::Array(value.items().into_iter().flatten().map(Self::read).collect())
            }
            DeValue::Table(_) => {
                let table = value.table("a default", span);
                let entries = table.iter().flat_map(super::reader::Table::entries);
                LiteralKind::Table(entries.map(|(name, value)| (name, Self::read(value))).collect())
            }
        };
        Self { kind, span }
    }

    /// Describes the value in messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self.kind {
            LiteralKind::String(_) => "a string",
            LiteralKind::Integer(_) => "an integer",
            LiteralKind::Float(_) => "a float",
            LiteralKind::Boolean(_) => "a boolean",
            LiteralKind::DateTime => "a date or time",
            LiteralKind::Array(_) => "an array",
            LiteralKind::Table(_) => "a table",
        }
    }
}
