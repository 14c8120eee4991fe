//! Reads declarations from TOML tables.

use signalbook_diagnostics::Finding;
use signalbook_model::{Order, Stability};
use syn::parse::Parser;

use super::declaration::{
    Deprecation, Document, Entries, Entry, EnumType, Event, Field, FixedLogical, FixedType, Path, RecordType,
    Scalar, TypeBody, TypeDecl, UnionType, Wire,
};
use super::expr;
use super::literal::Literal;
use super::reader::{Table, Value};
use super::{Spanned, builtin};
use crate::rust_type::stable_type;
use crate::{name_lists, rules};

impl Document {
    pub(super) fn read(mut table: Table<'_>) -> Self {
        let document = Self {
            namespace: table.string("namespace"),
            scalars: entries(table.get("scalars"), "`scalars`", Scalar::read),
            types: entries(table.get("types"), "`types`", TypeDecl::read),
            events: entries(table.get("events"), "`events`", Event::read),
        };
        table.finish();
        document
    }
}

impl Scalar {
    fn read(name: &Spanned<String>, value: Value<'_>) -> Option<Self> {
        let mut table = value.table("a scalar", name.span)?;
        let scalar = Self {
            wire: table.require("wire").and_then(Wire::read),
            rust: table.rust("rust", |text| stable_type.parse_str(text)),
            adapter: table.rust("as", |text| stable_type.parse_str(text)),
            format: table.string("format"),
            doc: table.string("doc"),
        };
        table.finish();
        Some(scalar)
    }
}

impl Wire {
    fn read(value: Value<'_>) -> Option<Self> {
        match value.raw().as_str() {
            Some("none") => Some(Self::Nothing),
            _ => expr::parse(value).map(Self::Type),
        }
    }
}

impl TypeDecl {
    fn read(name: &Spanned<String>, value: Value<'_>) -> Option<Self> {
        let mut table = value.table("a type", name.span)?;
        let kinds: Vec<_> =
            ["fields", "symbols", "fixed", "union"].into_iter().filter(|key| table.contains(key)).collect();
        let body = match kinds.as_slice() {
            ["fields"] => Some(TypeBody::Record(RecordType::read(&mut table))),
            ["symbols"] => Some(TypeBody::Enum(EnumType::read(&mut table))),
            ["fixed"] => Some(TypeBody::Fixed(FixedType::read(&mut table))),
            ["union"] => Some(TypeBody::Union(UnionType::read(&mut table))),
            [] if table.contains("extends") => Some(TypeBody::Record(RecordType::read(&mut table))),
            [] => {
                value.reader.report(
                    Finding::new(
                        &rules::WHICH_TYPE,
                        format!("type `{}` is not a record, an enum, a fixed or a union", name.value),
                    )
                    .at(name.span, "the key for the type is missing")
                    .help("add `fields`, `symbols`, `fixed` or `union`"),
                );
                None
            }
            several => {
                let title =
                    format!("type `{}` has {}", name.value, name_lists::list(several.iter().copied()));
                value.reader.report(
                    Finding::new(&rules::WHICH_TYPE, title)
                        .at(name.span, "a type can have only one of these keys")
                        .help("keep one of them"),
                );
                return None;
            }
        };
        let decl = Self { doc: table.string("doc"), aliases: table.strings("aliases"), body };
        if decl.body.is_some() {
            table.finish();
        }
        Some(decl)
    }
}

impl RecordType {
    fn read(table: &mut Table<'_>) -> Self {
        Self {
            extends: table.string("extends"),
            fields: entries(table.get("fields"), "`fields`", Field::read),
        }
    }
}

impl EnumType {
    fn read(table: &mut Table<'_>) -> Self {
        Self {
            symbols: table.strings("symbols"),
            fallback: table.string("fallback"),
            open: table.boolean("open"),
        }
    }
}

impl FixedType {
    fn read(table: &mut Table<'_>) -> Self {
        let size = table.get("fixed").and_then(|value| value.unsigned(1));
        let logical = table.get("logical").and_then(|value| {
            let expr = expr::parse(value)?;
            let logical = match expr.kind {
                expr::ExprKind::Builtin(builtin::Builtin::Uuid) => FixedLogical::Uuid,
                expr::ExprKind::Builtin(builtin::Builtin::Duration) => FixedLogical::Duration,
                expr::ExprKind::Builtin(builtin::Builtin::Logical(signalbook_model::Logical::Decimal {
                    precision,
                    scale,
                })) => FixedLogical::Decimal { precision, scale },
                _ => {
                    value.reader.report(
                        Finding::new(&rules::WRONG_VALUE, "this logical type cannot be on a fixed")
                            .at(expr.span, "not a logical type of a fixed")
                            .help("use `uuid`, `duration` or `decimal(precision,scale)`"),
                    );
                    return None;
                }
            };
            Some(Spanned::new(logical, expr.span))
        });
        Self { size, logical }
    }
}

impl UnionType {
    fn read(table: &mut Table<'_>) -> Self {
        let branches = table.get("union").and_then(Value::items).unwrap_or_default();
        Self { branches: branches.into_iter().filter_map(expr::parse).collect() }
    }
}

impl Field {
    fn read(name: &Spanned<String>, value: Value<'_>) -> Option<Self> {
        if !value.is_table() {
            if value.raw().as_str().is_none() {
                return value.wrong("a type, or a table with `type`");
            }
            return Some(Self { ty: expr::parse(value), ..Self::untyped() });
        }
        let mut table = value.table("a field", name.span)?;
        let field = Self {
            ty: table.require("type").and_then(expr::parse),
            doc: table.string("doc"),
            default: table.get("default").map(Literal::read),
            initial: table.get("initial").map(Literal::read),
            aliases: table.strings("aliases"),
            pii: table.string("pii"),
            order: table.word("order").map_or(Order::Ascending, |order| order.value),
            deprecated: table.get("deprecated").and_then(Deprecation::read),
        };
        table.finish();
        Some(field)
    }

    fn untyped() -> Self {
        Self {
            ty: None,
            doc: None,
            default: None,
            initial: None,
            aliases: Vec::new(),
            pii: None,
            order: Order::Ascending,
            deprecated: None,
        }
    }
}

impl Deprecation {
    /// Reads a reason, or a table.
    fn read(value: Value<'_>) -> Option<Self> {
        if value.raw().is_str() {
            return Some(Self { replacement: None, reason: value.string() });
        }
        if !value.is_table() {
            return value.wrong("a reason, or a table with `replacement` and `reason`");
        }
        let mut table = value.table("a deprecation", value.token())?;
        let deprecation = Self { replacement: table.string("replacement"), reason: table.string("reason") };
        table.finish();
        Some(deprecation)
    }
}

impl Event {
    fn read(name: &Spanned<String>, value: Value<'_>) -> Option<Self> {
        let mut table = value.table("an event", name.span)?;
        let event = Self {
            name: table.string("name"),
            doc: table.string("doc"),
            minor: table.get("minor").and_then(|minor| minor.unsigned(0)).map_or(0, |minor| minor.value),
            key: table.get("key").and_then(path),
            topics: table.strings("topics"),
            producer: table.string("producer"),
            owner: table.string("owner"),
            stability: table.word("stability").map_or(Stability::Stable, |stability| stability.value),
            deprecated: table.get("deprecated").and_then(Deprecation::read),
            bus: table.boolean("bus").is_none_or(|bus| bus.value),
            data: entries(table.require("data"), "`data`", Field::read),
        };
        table.finish();
        Some(event)
    }
}

fn entries<T>(
    value: Option<Value<'_>>,
    what: &'static str,
    read: impl Fn(&Spanned<String>, Value<'_>) -> Option<T>,
) -> Entries<T> {
    let table = value.and_then(|value| value.table(what, value.token()));
    let entry = |(name, value)| read(&name, value).map(|value| Entry { name, value });
    table.iter().flat_map(Table::entries).filter_map(entry).collect()
}

fn path(value: Value<'_>) -> Option<Path> {
    let text = value.string()?;
    let mut start = 0;
    let mut parts = Vec::new();
    for part in text.value.split('.') {
        let span = value.reader.within(value.token(), &text.value, start..start + part.len());
        parts.push(Spanned::new(part.to_owned(), span));
        start += part.len() + 1;
    }
    Some(Spanned::new(parts, text.span))
}
