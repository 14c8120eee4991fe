//! Writes Rust expressions for the initial values in a registry. The model has read each value, and decides
//! which branch of a union it has (`null_or_first`); this module walks it again only to write the expression.

use signalbook_model::{Json, Name, Primitive, PrimitiveValue, null_or_first};

use super::Emitter;
use super::literals::{float, literal};
use super::names::{branch_names, field_names, nullable, symbol_names};
use super::pretty_print::{array, call, list, macro_call, method, struct_literal};
use super::types::{Site, path};
use crate::checked_registry::{Record, Shape, TypeKind};
use crate::settings::UuidWire;
use crate::syntax::Builtin;

impl<'a> Emitter<'a> {
    /// Returns the expression for `value`, a value of `shape`. Returns `None` if its Rust type is not
    /// generated, because then its constructor is not known.
    pub(super) fn value(&self, shape: &'a Shape, value: &Json, site: Site<'_>) -> Option<String> {
        match (shape, value) {
            (Shape::Builtin(builtin), _) => self.builtin_value(*builtin, value),
            (Shape::List(_), Json::Array(items)) if items.is_empty() => Some("Vec::new()".to_owned()),
            (Shape::List(inner), Json::Array(items)) => {
                let items = items.iter().map(|item| self.value(inner, item, site.elsewhere()));
                let items = items.collect::<Option<Vec<_>>>()?;
                Some(call("Vec::from", &array(&items)))
            }
            (Shape::Map(inner), Json::Object(entries)) => {
                let map = &self.fragments.map;
                if entries.is_empty() {
                    return Some(format!("{map}::new()"));
                }
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.value(inner, value, site.elsewhere())?;
                    Some(list("(", [method(&literal(key), "to_owned"), value], ")"))
                });
                let entries = entries.collect::<Option<Vec<_>>>()?;
                Some(call(&format!("{map}::from"), &array(&entries)))
            }
            (Shape::Optional(inner), _) => self.optional_value(inner, value, site),
            (Shape::Union(branches), _) => {
                if let Some(inner) = nullable(self.checked, branches) {
                    return self.optional_value(inner, value, site);
                }
                let path = path(self.names.union_path(shape), site.module);
                self.branch_value(&path, branches, value, site)
            }
            (Shape::Type(name), _) => self.type_value(name, value, site),
            (Shape::Scalar(name), _) => self.scalar_value(name, value, site),
            (Shape::List(_) | Shape::Map(_), _) => None,
        }
    }

    fn optional_value(&self, inner: &'a Shape, value: &Json, site: Site<'_>) -> Option<String> {
        match value {
            Json::Null => Some("None".to_owned()),
            value => self.value(inner, value, site).map(|value| call("Some", &value)),
        }
    }

    fn type_value(&self, name: &'a Name, value: &Json, site: Site<'_>) -> Option<String> {
        let path = path(self.names.type_path(name), site.module);
        let expression = match (&self.checked.type_def(name)?.kind, value) {
            (TypeKind::Record(record), Json::Object(members)) => {
                self.record_value(&path, record, members, Site::new(site.module, Some(name)))?
            }
            (TypeKind::Enum(definition), Json::String(symbol)) => {
                let index = definition.symbols.iter().position(|known| known.value == *symbol)?;
                format!("{path}::{}", symbol_names(definition).get(index)?)
            }
            (TypeKind::Fixed(_), _) => call(&path, &array(&byte_values(value)?)),
            (TypeKind::Union(branches), _) => {
                self.branch_value(&path, branches, value, Site::new(site.module, Some(name)))?
            }
            (TypeKind::Record(_) | TypeKind::Enum(_), _) => return None,
        };
        Some(self.in_box(name, expression, site))
    }

    fn scalar_value(&self, name: &'a Name, value: &Json, site: Site<'_>) -> Option<String> {
        let scalar = self.checked.scalar(name)?;
        let foreign = self.fragments.foreign(name)?;
        let wire = scalar.wire.as_ref().filter(|_| foreign.rust.is_none())?;
        match wire {
            Shape::Union(branches) if self.has_item(scalar) && nullable(self.checked, branches).is_none() => {
                let path = path(self.names.type_path(name), site.module);
                let value = self.branch_value(&path, branches, value, Site::new(site.module, Some(name)))?;
                Some(self.in_box(name, value, site))
            }
            wire => self.value(wire, value, site),
        }
    }

    fn in_box(&self, name: &Name, value: String, site: Site<'_>) -> String {
        if self.boxed(name, site) { call("Box::new", &value) } else { value }
    }

    fn record_value(
        &self,
        path: &str,
        record: &'a Record,
        members: &[(String, Json)],
        site: Site<'_>,
    ) -> Option<String> {
        let names = field_names(&record.fields);
        let fields = record.fields.iter().zip(names).map(|(field, name)| {
            let (_, value) = members.iter().find(|(member, _)| *member == field.name)?;
            let value = self.value(&field.shape, value, site)?;
            Some(format!("{name}: {value}"))
        });
        let fields = fields.collect::<Option<Vec<_>>>()?;
        Some(struct_literal(path, fields))
    }

    /// Returns the expression for a value of a union, read by the rule [`null_or_first`].
    fn branch_value(
        &self,
        path: &str,
        branches: &'a [Shape],
        value: &Json,
        site: Site<'_>,
    ) -> Option<String> {
        let index = null_or_first(value, branches.iter().map(|branch| self.checked.is_null(branch)))?;
        let variant = format!("{path}::{}", branch_names(self.checked, branches).get(index)?);
        match value {
            Json::Null => Some(variant),
            value => self.value(&branches[index], value, site).map(|value| call(&variant, &value)),
        }
    }

    fn builtin_value(&self, builtin: Builtin, value: &Json) -> Option<String> {
        match builtin {
            Builtin::Primitive(primitive) => primitive_value(primitive, value),
            Builtin::Logical(logical) => primitive_value(logical.primitive(), value),
            Builtin::Duration => duration(value),
            Builtin::Uuid => match (&self.fragments.uuid, self.checked.settings.uuid) {
                (None, UuidWire::Text | UuidWire::Logical) => primitive_value(Primitive::String, value),
                (None, UuidWire::Fixed) => byte_values(value).map(|bytes| array(&bytes)),
                (Some(_), UuidWire::Text | UuidWire::Logical | UuidWire::Fixed) => None,
            },
            Builtin::DateTime if self.fragments.datetime.is_some() => None,
            Builtin::DateTime => match self.checked.settings.datetime.logical() {
                Some(logical) => primitive_value(logical.primitive(), value),
                None => value.as_str().map(|text| call("signalbook::DateTime::from", &literal(text))),
            },
        }
    }
}

fn primitive_value(primitive: Primitive, value: &Json) -> Option<String> {
    Some(match primitive.read(value)? {
        PrimitiveValue::Null => "()".to_owned(),
        PrimitiveValue::Boolean(value) => value.to_string(),
        PrimitiveValue::Int(value) => value.to_string(),
        PrimitiveValue::Long(value) => value.to_string(),
        PrimitiveValue::Float(_) => number(value.to_double()?, "f32"),
        PrimitiveValue::Double(value) => number(value, "f64"),
        PrimitiveValue::Bytes(bytes) if bytes.is_empty() => "Vec::new()".to_owned(),
        PrimitiveValue::Bytes(bytes) => macro_call("vec", bytes.iter().map(u8::to_string)),
        PrimitiveValue::String("") => "String::new()".to_owned(),
        PrimitiveValue::String(text) => method(&literal(text), "to_owned"),
    })
}

fn number(value: f64, ty: &str) -> String {
    match value {
        value if value.is_nan() => format!("{ty}::NAN"),
        f64::INFINITY => format!("{ty}::INFINITY"),
        f64::NEG_INFINITY => format!("{ty}::NEG_INFINITY"),
        value => float(value),
    }
}

/// Returns the expression for a duration. Its value is months, days and milliseconds, each 32 bits little
/// endian.
fn duration(value: &Json) -> Option<String> {
    let bytes = value.to_bytes()?;
    let (parts, _) = bytes.as_chunks::<4>();
    let [months, days, milliseconds] = parts else { return None };
    let parts = [("months", months), ("days", days), ("milliseconds", milliseconds)];
    let fields = parts.map(|(name, part)| format!("{name}: {}", u32::from_le_bytes(*part)));
    Some(struct_literal("signalbook::Duration", fields))
}

fn byte_values(value: &Json) -> Option<Vec<String>> {
    Some(value.to_bytes()?.iter().map(u8::to_string).collect())
}
